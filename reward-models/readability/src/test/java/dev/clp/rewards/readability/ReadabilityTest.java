package dev.clp.rewards.readability;

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
import org.junit.jupiter.params.provider.ValueSource;

class ReadabilityTest {

  private static final ReadabilityOptions FLESCH = new ReadabilityOptions(Formula.FLESCH, true);
  private static final ReadabilityOptions GRADE =
      new ReadabilityOptions(Formula.FLESCH_KINCAID, true);

  @Test
  void factoryIsAService() {
    ComponentFactory<?, ?> factory =
        ServiceLoader.load(Plugin.class).iterator().next().components().get(0);

    assertThat(factory).isInstanceOf(ReadabilityFactory.class);
    assertThat(factory.name()).isEqualTo("readability");
    assertThat(factory.kind()).isEqualTo(RewardModel.class);
    assertThat(factory.options().getRecordComponents())
        .allMatch(option -> option.isAnnotationPresent(Option.class));
  }

  @ParameterizedTest
  @CsvSource({
    // words, sentences, syllables: 1 1 1, the easiest text there is
    "Go., 121.22, 3.4",
    // 3 1 3
    "The cat sat., 119.19, 2.62",
    // 8 2 10
    "The cat sat. A happy dog ran away!, 97.025, -0.72",
    // 4 1 14: universal 4, accessibility 6, however 3, a number 1
    "'However, universal accessibility 2024', 0, -18",
  })
  void scoresOfHandCountedText(String response, float points, float grade) {
    assertThat(score(FLESCH, response)[0]).isCloseTo(points, within(1e-3f));
    assertThat(score(GRADE, response)[0]).isCloseTo(grade, within(1e-3f));
  }

  /** Each has two sentences of two words of one syllable. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Dogs bark. Cats sleep.",
        "dogs bark . cats sleep",
        "\"Dogs bark!\" (Cats sleep?)",
        "\u201cDogs bark\u2026\u201d Cats sleep",
        "Dogs bark?!... ... Cats sleep.",
        "Dogs bark\n\nCats sleep",
        "Dogs bark\r\n \t\r\nCats sleep",
      })
  void sentencesEndAtMarksAndEmptyLines(String response) {
    assertThat(score(FLESCH, response)[0]).isCloseTo(206.835f - 2.03f - 84.6f, within(1e-3f));
  }

  /** Each is one sentence of four words of one syllable. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Dogs bark, cats sleep",
        "Dogs bark\r\ncats sleep",
        "Dogs bark.Cats sleep",
        "Dogs bark - cats sleep \ud83d\ude00",
        "Dog's bark cat\u2019s sleep",
        "It costs 3.14",
      })
  void nothingElseEndsASentence(String response) {
    assertThat(score(FLESCH, response)[0]).isCloseTo(206.835f - 4.06f - 84.6f, within(1e-3f));
  }

  @Test
  void clampBoundsHardTextOnly() {
    String endless = "incomprehensibility ".repeat(1_000);
    assertThat(score(FLESCH, endless)).containsExactly(0f);
    assertThat(score(GRADE, endless)).containsExactly(-18f);
    // 1,000 words of eight syllables in one sentence.
    assertThat(score(new ReadabilityOptions(Formula.FLESCH, false), endless)[0])
        .isCloseTo(206.835f - 1015f - 676.8f, within(1e-2f));
    assertThat(score(new ReadabilityOptions(Formula.FLESCH_KINCAID, false), endless)[0])
        .isCloseTo(-(390f + 94.4f - 15.59f), within(1e-2f));
    assertThat(score(new ReadabilityOptions(Formula.FLESCH, false), "Go.")[0])
        .isEqualTo(score(FLESCH, "Go.")[0]);
  }

  @Test
  void textWithoutWordsIsAsHardAsCanBe() {
    for (boolean clamp : new boolean[] {true, false}) {
      String[] wordless = {"", "  \n\n ", "?!... --", "\ud83d\ude00 \ud83d\ude80."};
      assertThat(score(new ReadabilityOptions(Formula.FLESCH, clamp), wordless))
          .containsExactly(0f, 0f, 0f, 0f);
      assertThat(score(new ReadabilityOptions(Formula.FLESCH_KINCAID, clamp), wordless))
          .containsExactly(-18f, -18f, -18f, -18f);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"la", "a'", "a-", "a. ", ".", "\n", "\u00e9", "\u4e2d", "\ud83d\ude00", "7", "' "})
  void veryLongTextScoresFinitely(String part) {
    for (Formula formula : Formula.values()) {
      assertThat(score(new ReadabilityOptions(formula, false), part.repeat(100_000))[0]).isFinite();
      assertThat(score(new ReadabilityOptions(formula, true), part.repeat(100_000))[0])
          .isBetween((float) formula.hardest(), 121.22f);
    }
  }

  @Test
  void keepsOrderServesThreadsAndTakesNone() {
    RewardModel reward = reward(FLESCH);
    String[] responses =
        IntStream.range(0, 300)
            .mapToObj(i -> "cat ".repeat(i % 7 + 1) + "sat. " + "happy ".repeat(i % 5))
            .toArray(String[]::new);
    float[] expected = reward.score(of(responses));

    for (int i = 0; i < expected.length; i++) {
      assertThat(expected[i]).isEqualTo(score(FLESCH, responses[i])[0]);
    }
    assertThat(IntStream.range(0, 8).parallel().mapToObj(i -> reward.score(of(responses))).toList())
        .allSatisfy(scores -> assertThat(scores).containsExactly(expected));
    assertThat(reward.score(List.of())).isEmpty();
  }

  private static float[] score(ReadabilityOptions options, String... responses) {
    return reward(options).score(of(responses));
  }

  private static RewardModel reward(ReadabilityOptions options) {
    return new ReadabilityFactory()
        .create(options, new TestContext(List.of("readability"), KlRange.fixed(0.1)));
  }

  private static List<Completion> of(String... responses) {
    Example example = Example.of("1", "Say something:");
    return Arrays.stream(responses).map(response -> new Completion(example, response)).toList();
  }
}
