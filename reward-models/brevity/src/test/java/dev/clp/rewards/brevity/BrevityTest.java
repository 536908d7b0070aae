package dev.clp.rewards.brevity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.Completion;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Example;
import dev.clp.api.KlRange;
import dev.clp.api.Option;
import dev.clp.api.Plugin;
import dev.clp.api.RewardModel;
import dev.clp.api.contract.TestContext;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrevityTest {

  private static final BrevityOptions FIVE_WORDS = new BrevityOptions(5, LengthUnit.WORDS, 0);

  @Test
  void factoryIsAService() {
    ComponentFactory<?, ?> factory =
        ServiceLoader.load(Plugin.class).iterator().next().components().get(0);

    assertThat(factory).isInstanceOf(BrevityFactory.class);
    assertThat(factory.name()).isEqualTo("brevity");
    assertThat(factory.kind()).isEqualTo(RewardModel.class);
    assertThat(factory.options().getRecordComponents())
        .allMatch(option -> option.isAnnotationPresent(Option.class));
  }

  @ParameterizedTest
  @CsvSource({
    "one two three four five, 0",
    "one two three four, -0.2",
    "one two three four five six, -0.2",
    "one, -0.8",
    "a a a a a a a a a a, -1",
    "a a a a a a a a a a a a a a a a a a a a, -3",
  })
  void fallsLinearlyWithTheDistanceInWords(String response, float score) {
    assertThat(score(FIVE_WORDS, response)).containsExactly(score);
  }

  @ParameterizedTest
  @CsvSource({"12345678, 0", "1234, -0.25", "12, -0.5", "1234567890123456, -0.75"})
  void toleranceMovesTheStartOfThePenalty(String response, float score) {
    BrevityOptions options = new BrevityOptions(8, LengthUnit.CHARACTERS, 0.25);
    assertThat(score(options, response)).containsExactly(score);
  }

  @Test
  void wordsAreWhatWhiteSpaceSeparates() {
    assertThat(score(FIVE_WORDS, " well-known,\tfacts\u00a0aren't\r\n\r\n... \ud83d\ude00 "))
        .containsExactly(0f);
  }

  @Test
  void charactersAreCodePoints() {
    BrevityOptions options = new BrevityOptions(4, LengthUnit.CHARACTERS, 0);
    assertThat(score(options, "\u00a0 a \ud83d\ude00\u00e9\n")).containsExactly(0f);
  }

  @Test
  void emptyResponsesAreWhollyOffTheTarget() {
    assertThat(score(FIVE_WORDS, "", "  \n\t ")).containsExactly(-1f, -1f);
    assertThat(score(new BrevityOptions(5, LengthUnit.WORDS, 0.4), "")).containsExactly(-0.6f);
    assertThat(score(new BrevityOptions(5, LengthUnit.CHARACTERS, 2), "")).containsExactly(0f);
  }

  @Test
  void bestScoreIsPositiveZero() {
    float best = score(FIVE_WORDS, "one two three four five")[0];
    assertThat(Float.floatToRawIntBits(best)).isZero();
  }

  @Test
  void veryLongTextScoresFinitely() {
    assertThat(score(FIVE_WORDS, "word ".repeat(1_000_000))[0]).isCloseTo(-199_999f, within(1f));
    assertThat(score(new BrevityOptions(1, LengthUnit.CHARACTERS, 0), "x".repeat(1_000_000)))
        .containsExactly(-999_999f);
  }

  @Test
  void keepsOrderServesThreadsAndTakesNone() {
    RewardModel reward = reward(FIVE_WORDS);
    String[] responses =
        IntStream.range(0, 500).mapToObj(words -> "word ".repeat(words)).toArray(String[]::new);
    float[] expected = score(FIVE_WORDS, responses);

    for (int words = 0; words < expected.length; words++) {
      assertThat(expected[words]).isCloseTo(-Math.abs(words - 5) / 5f, within(1e-5f));
    }
    assertThat(IntStream.range(0, 8).parallel().mapToObj(i -> reward.score(of(responses))).toList())
        .allSatisfy(scores -> assertThat(scores).containsExactly(expected));
    assertThat(reward.score(List.of())).isEmpty();
  }

  private static float[] score(BrevityOptions options, String... responses) {
    return reward(options).score(of(responses));
  }

  private static RewardModel reward(BrevityOptions options) {
    return new BrevityFactory()
        .create(options, new TestContext(List.of("brevity"), KlRange.fixed(0.1)));
  }

  private static List<Completion> of(String... responses) {
    Example example = Example.of("1", "Say something:");
    return Arrays.stream(responses).map(response -> new Completion(example, response)).toList();
  }
}
