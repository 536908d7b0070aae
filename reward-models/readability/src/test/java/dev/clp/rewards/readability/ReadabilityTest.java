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
import java.util.Locale;
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  \n\n ",
        "?!... --",
        "\ud83d\ude00 \ud83d\ude80.",
        "42",
        "7. 8. 9.",
        "x",
        "x. x. x.",
        "\u6211\u559c\u6b22\u732b",
        "\u6211 \u559c \u6b22 \u732b\u3002",
        "\u041a\u043e\u0442 \u0441\u043f\u0438\u0442.",
        "qzt prf. glm.",
        // One English word of three.
        "Go qzt prf.",
      })
  void whatIsNoEnglishTextIsAsHardAsCanBe(String response) {
    for (String text : List.of(response, response.repeat(100), (response + " ").repeat(100))) {
      assertThat(score(FLESCH, text)).containsExactly(0f);
      assertThat(score(GRADE, text)).containsExactly(-18f);
      assertThat(score(new ReadabilityOptions(Formula.FLESCH, false), text)[0])
          .isLessThanOrEqualTo(0);
      assertThat(score(new ReadabilityOptions(Formula.FLESCH_KINCAID, false), text)[0])
          .isLessThanOrEqualTo(-18);
    }
  }

  @Test
  void unknownNamesAndNumbersDoNotMakeATextForeign() {
    // Four words, five syllables: a number counts as a word of one syllable and for no language.
    assertThat(score(FLESCH, "Zorblax ran 42 7")[0])
        .isCloseTo(206.835f - 4.06f - 84.6f * 5 / 4, within(1e-3f));
    assertThat(score(FLESCH, "I x.")[0]).isCloseTo(206.835f - 2.03f - 84.6f, within(1e-3f));
  }

  /** As dictionaries divide them; the last four are not in the pronouncing dictionary. */
  @ParameterizedTest
  @CsvSource({
    "called, 1", "people, 2", "school, 1", "looked, 1", "walked, 1", "wanted, 2", "little, 2",
    "something, 2", "being, 2", "science, 2", "area, 3", "business, 2", "don't, 1", "didn't, 2",
    "friend's, 1", "played, 1", "smiled, 1", "idea, 3", "beautiful, 3", "asked, 1", "loved, 1",
    "embeddings, 3", "datasets, 3", "classifier, 4", "zorblax, 2",
  })
  void countsSyllables(String word, int syllables) {
    assertThat(new Pronunciations().syllables(word)).isEqualTo(syllables);
    // Not clamped, a text of one word shows them.
    assertThat(
            score(
                new ReadabilityOptions(Formula.FLESCH, false),
                "the " + word.toUpperCase(Locale.ROOT).replace('\'', '\u2019'))[0])
        .isCloseTo(206.835f - 2.03f - 84.6f * (1 + syllables) / 2, within(1e-3f));
  }

  @ParameterizedTest
  @CsvSource({
    "a, true",
    "i, true",
    "b, false",
    "x, false",
    "cat, true",
    "lily's, true",
    "zorblax, false",
    "i's, true",
    "'', false"
  })
  void knowsEnglishWords(String word, boolean english) {
    assertThat(new Pronunciations().isEnglish(word)).isEqualTo(english);
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
