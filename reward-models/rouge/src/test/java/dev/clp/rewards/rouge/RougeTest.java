package dev.clp.rewards.rouge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.Completion;
import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Example;
import dev.clp.api.KlRange;
import dev.clp.api.Option;
import dev.clp.api.Plugin;
import dev.clp.api.RewardModel;
import dev.clp.api.contract.TestContext;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RougeTest {

  private static final ComponentContext CONTEXT =
      new TestContext(List.of("overlap"), KlRange.fixed(0.1));

  private static final String CAT = "The cat sat on the mat.";

  @Test
  void factoriesAreServices() {
    List<ComponentFactory<?, ?>> factories = new ArrayList<>();
    ServiceLoader.load(Plugin.class).forEach(plugin -> factories.addAll(plugin.components()));

    assertThat(factories)
        .extracting(ComponentFactory::name)
        .containsExactly("rouge-1", "rouge-2", "rouge-l", "rouge-lsum");
    assertThat(factories)
        .allSatisfy(
            factory -> {
              assertThat(factory.kind()).isEqualTo(RewardModel.class);
              assertThat(factory.options().getRecordComponents())
                  .allMatch(option -> option.isAnnotationPresent(Option.class));
            });
  }

  @ParameterizedTest
  @CsvSource({
    // the, cat, on, mat of 6 and 6
    "ONE, F_MEASURE, the cat lay on a mat, 0.6666667",
    // the counts twice only
    "ONE, F_MEASURE, the the the the, 0.4",
    "ONE, PRECISION, the the the the, 0.5",
    "ONE, RECALL, the the the the, 0.3333333",
    "ONE, F_MEASURE, mat the on sat cat the, 1",
    // (the cat) of 5 and 5
    "TWO, F_MEASURE, the cat lay on a mat, 0.2",
    "TWO, RECALL, cat sat on, 0.4",
    "TWO, PRECISION, cat sat on, 1",
    "TWO, F_MEASURE, cat, 0",
    // the cat ... on ... mat
    "L, F_MEASURE, the cat lay on a mat, 0.6666667",
    // the on the
    "L, F_MEASURE, mat the on sat cat the, 0.5",
    "L, PRECISION, cat mat dog, 0.6666667",
    "L, RECALL, cat mat dog, 0.3333333",
    "LSUM, F_MEASURE, mat the on sat cat the, 0.5",
  })
  void scoresOfHandCountedOverlaps(Variant variant, Measure measure, String response, float score) {
    assertThat(score(variant, options(true, measure), response, CAT))
        .isCloseTo(score, within(1e-6f));
  }

  @Test
  void scoresOfThePublishedSmallCases() {
    RougeOptions options = options(false, Measure.F_MEASURE);
    assertThat(score(Variant.ONE, options, "apples", "apples pears plums")).isEqualTo(0.5f);
    assertThat(score(Variant.TWO, options, "apples pears", "apples pears plums"))
        .isCloseTo(2 / 3f, within(1e-6f));
    assertThat(score(Variant.L, options, "apples plums", "apples pears plums"))
        .isCloseTo(0.8f, within(1e-6f));
    // The first line shares a1 b2, the second a1 c3 e5: four of five in the union, of ten.
    String lines = "a1 b2 x y z\na1 c3 z u e5";
    assertThat(score(Variant.LSUM, options, lines, "a1 b2 c3 d4 e5"))
        .isCloseTo(8 / 15f, within(1e-6f));
    assertThat(score(Variant.LSUM, options(false, Measure.RECALL), lines, "a1 b2 c3 d4 e5"))
        .isCloseTo(0.8f, within(1e-6f));
  }

  @Test
  void unionOfLinesCountsNoTokenOfTheResponseTwice() {
    assertThat(score(Variant.LSUM, options(true, Measure.RECALL), "red", "red red\nred"))
        .isCloseTo(1 / 3f, within(1e-6f));
  }

  @Test
  void lineBreaksMatterToTheUnionOnly() {
    RougeOptions options = options(true, Measure.F_MEASURE);
    String reference = "one two three\nfour five six";
    String swapped = "four five six\none two three";
    assertThat(score(Variant.LSUM, options, swapped, reference)).isEqualTo(1);
    assertThat(score(Variant.L, options, swapped, reference)).isEqualTo(0.5f);
  }

  @Test
  void tokensAreLowerCaseAsciiLettersAndDigits() {
    RougeOptions options = options(false, Measure.F_MEASURE);
    assertThat(score(Variant.ONE, options, "STATE-of-the-art, 2024!", "state of the art 2024"))
        .isEqualTo(1);
    assertThat(score(Variant.ONE, options, "caf\u00e9", "caf")).isEqualTo(1);
  }

  @Test
  void stemsOnlyTokensOfMoreThanThreeCharacters() {
    RougeOptions stemmed = options(true, Measure.F_MEASURE);
    RougeOptions unstemmed = options(false, Measure.F_MEASURE);
    assertThat(score(Variant.ONE, stemmed, "running runs", "run run")).isEqualTo(1);
    assertThat(score(Variant.ONE, unstemmed, "running runs", "run run")).isEqualTo(0);
    // Stemmed, "das" would be "da".
    assertThat(score(Variant.ONE, stemmed, "das", "da")).isEqualTo(0);
  }

  @Test
  void bestOfSeveralReferencesCounts() {
    RougeOptions options = options(true, Measure.F_MEASURE);
    assertThat(score(Variant.ONE, options, "a dog", "no match here", "a dog", "a cat"))
        .isEqualTo(1);
  }

  @Test
  void precisionAndRecallAreThoseOfTheReferenceWithTheBestF() {
    String[] references = {"alpha", "alpha beta gamma delta epsilon zeta"};
    // F of 2/3 with the first, of 4/8 with the second.
    String response = "alpha beta";
    assertThat(score(Variant.ONE, options(true, Measure.F_MEASURE), response, references))
        .isCloseTo(2 / 3f, within(1e-6f));
    assertThat(score(Variant.ONE, options(true, Measure.RECALL), response, references))
        .isEqualTo(1);
    // The second reference alone would give a precision of 1.
    assertThat(score(Variant.ONE, options(true, Measure.PRECISION), response, references))
        .isEqualTo(0.5f);
  }

  @Test
  void textsOfAnyScriptAreComparedOnDemand() {
    RougeOptions unicode =
        new RougeOptions(true, Stemmer.NLTK, Tokenization.UNICODE, Measure.F_MEASURE);
    for (String text :
        List.of(
            "\u043a\u043e\u0442 \u0441\u0438\u0434\u0438\u0442",
            "\u6211 \u559c\u6b22 \u732b",
            "\u0e01\u0e32\u0e23\u0e17\u0e35\u0e48",
            "\u0645\u0631\u062d\u0628\u0627",
            "\ud83a\udd00\ud83a\udd01")) {
      assertThat(score(Variant.ONE, unicode, text, text)).as(text).isEqualTo(1);
    }
    // Composed and decomposed; upper case; full width.
    assertThat(score(Variant.ONE, unicode, "CAFE\u0301 \uff21", "caf\u00e9 a")).isEqualTo(1);
    // One of three words: the umlaut makes another word, where ASCII would share ller and n.
    assertThat(score(Variant.ONE, unicode, "M\u00fcller f\u00e4hrt nun", "Muller fahrt nun"))
        .isCloseTo(1 / 3f, within(1e-6f));
    // Three of four letters without spaces: the Han letters are tokens.
    assertThat(score(Variant.ONE, unicode, "\u6211\u559c\u6b22\u732b", "\u6211\u559c\u6b22\u72d7"))
        .isEqualTo(0.75f);
    // Of a mixed text: Java, and two letters.
    assertThat(score(Variant.TWO, unicode, "\u7528Java\u7f16", "\u7528 java \u7f16")).isEqualTo(1);
    assertThat(score(Variant.ONE, unicode, "don't stop", "don t stop")).isEqualTo(1);
  }

  @Test
  void referenceInAnotherScriptNamesTheOption() {
    String russian = "\u043a\u043e\u0442 2024";
    assertThatThrownBy(
            () -> score(Variant.L, options(true, Measure.F_MEASURE), "a cat", "a dog", russian))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "3 of 3 letters", russian, "example '1'", "set tokenizer = unicode");
  }

  @Test
  void cutWordsAreSaidOnce() {
    RewardModel reward = reward(Variant.ONE, options(true, Measure.F_MEASURE));
    Example example = new Example("7", "", List.of("M\u00fcller drives"), Map.of());
    PrintStream original = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    try {
      System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
      reward.score(List.of(new Completion(example, "a")));
      reward.score(List.of(new Completion(example, "b")));
    } finally {
      System.setErr(original);
    }
    assertThat(log.toString(StandardCharsets.UTF_8))
        .containsOnlyOnce("cuts words")
        .contains("M\u00fcller drives", "example '7'", "tokenizer = unicode");
  }

  @Test
  void aStemmerWithoutStemsIsRefused() {
    assertThatThrownBy(
            () -> new RougeOptions(false, Stemmer.ROUGE_155, Tokenization.ASCII, Measure.F_MEASURE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("stemmer = rouge-155", "stem = false", "remove one");
  }

  @Test
  void usedIsNotUs() {
    assertThat(score(Variant.ONE, options(true, Measure.F_MEASURE), "used", "us")).isEqualTo(0);
    assertThat(score(Variant.ONE, options(true, Measure.F_MEASURE), "used", "use")).isEqualTo(1);
  }

  /** As ROUGE-1.5.5 with -m: forms of more than three letters only, first of the base forms. */
  @ParameterizedTest
  @CsvSource({
    "children, child, 1",
    "went, go, 1",
    "better, well, 1",
    "axes, ax, 1",
    // Too short to be looked up.
    "men, man, 0",
    // Porter's own stems: us, and not use.
    "used, us, 1",
    "enjoys, enjoi, 1",
  })
  void exceptionsOfWordNetAreOnDemand(String response, String reference, float score) {
    RougeOptions options =
        new RougeOptions(true, Stemmer.ROUGE_155, Tokenization.ASCII, Measure.F_MEASURE);
    assertThat(score(Variant.ONE, options, response, reference)).isEqualTo(score);
    assertThat(score(Variant.ONE, options(true, Measure.F_MEASURE), response, reference))
        .isEqualTo(0);
  }

  @ParameterizedTest
  @EnumSource
  void missingReferencesNameExampleAndRemedy(Variant variant) {
    RewardModel reward = reward(variant, options(true, Measure.F_MEASURE));
    assertThatThrownBy(
            () -> reward.score(List.of(new Completion(Example.of("news-17", "Sum up:"), "text"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'news-17'")
        .hasMessageContaining("data.references");
  }

  @ParameterizedTest
  @EnumSource
  void degenerateTextScoresZero(Variant variant) {
    for (Measure measure : Measure.values()) {
      RougeOptions options = options(true, measure);
      for (String empty : List.of("", "   \n\n", "?!... --", "\ud83d\ude00\ud83d\ude80")) {
        assertThat(score(variant, options, empty, CAT)).isEqualTo(0);
        assertThat(score(variant, options, CAT, empty)).isEqualTo(0);
        assertThat(score(variant, options, empty, empty)).isEqualTo(0);
      }
      assertThat(reward(variant, options).score(List.of())).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void veryLongTextIsScored(Variant variant) {
    RougeOptions options = options(true, Measure.RECALL);
    assertThat(score(variant, options, "word ".repeat(20_000) + CAT, CAT)).isEqualTo(1);
    assertThat(score(variant, options, "running".repeat(20_000), CAT)).isEqualTo(0);
    assertThat(score(variant, options, "the\n".repeat(20_000), CAT)).isLessThan(0.5f);
  }

  @ParameterizedTest
  @EnumSource
  void keepsOrderAndServesThreads(Variant variant) {
    RewardModel reward = reward(variant, options(true, Measure.F_MEASURE));
    List<Completion> completions = completions(400);
    float[] expected = reward.score(completions);

    List<Completion> reversed = new ArrayList<>(completions);
    Collections.reverse(reversed);
    float[] backwards = reward.score(reversed);
    for (int i = 0; i < expected.length; i++) {
      assertThat(backwards[expected.length - 1 - i]).isEqualTo(expected[i]);
      assertThat(expected[i]).isBetween(0f, 1f);
    }
    assertThat(
            IntStream.range(0, 8)
                .parallel()
                .mapToObj(thread -> reward.score(completions))
                .collect(Collectors.toList()))
        .allSatisfy(scores -> assertThat(scores).containsExactly(expected));
  }

  @Test
  void subsequencesAgreeWithTheirDefinition() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      int[] first = random.ints(random.nextInt(9), 0, 4).toArray();
      int[] second = random.ints(random.nextInt(9), 0, 4).toArray();
      int longest = longestByDefinition(first, second);
      int[] readOut =
          LongestCommonSubsequence.positions(first, second).stream().map(i -> first[i]).toArray();

      assertThat(LongestCommonSubsequence.length(first, second)).isEqualTo(longest);
      assertThat(readOut).hasSize(longest);
      assertThat(isSubsequence(readOut, second)).isTrue();
    }
  }

  /** Tries every subset of positions of {@code first}. */
  private static int longestByDefinition(int[] first, int[] second) {
    int longest = 0;
    for (int subset = 0; subset < 1 << first.length; subset++) {
      int chosen = subset;
      int[] candidate =
          IntStream.range(0, first.length)
              .filter(i -> (chosen >> i & 1) == 1)
              .map(i -> first[i])
              .toArray();
      if (isSubsequence(candidate, second)) {
        longest = Math.max(longest, candidate.length);
      }
    }
    return longest;
  }

  private static boolean isSubsequence(int[] candidate, int[] text) {
    int matched = 0;
    for (int token : text) {
      if (matched < candidate.length && candidate[matched] == token) {
        matched++;
      }
    }
    return matched == candidate.length;
  }

  /** Returns completions of 50 words, four per example, from a vocabulary of 2,000 words. */
  private static List<Completion> completions(int count) {
    Random random = new Random(1);
    List<Completion> completions = new ArrayList<>();
    Example example = null;
    for (int i = 0; i < count; i++) {
      if (i % 4 == 0) {
        example = new Example("example-" + i, "", List.of(text(random), text(random)), Map.of());
      }
      completions.add(new Completion(example, text(random)));
    }
    return completions;
  }

  private static String text(Random random) {
    return IntStream.range(0, 50)
        .mapToObj(i -> "word" + random.nextInt(2_000) + (i % 10 == 9 ? ".\n" : ""))
        .collect(Collectors.joining(" "));
  }

  private static RewardModel reward(Variant variant, RougeOptions options) {
    RougeFactory factory =
        switch (variant) {
          case ONE -> new Rouge1Factory();
          case TWO -> new Rouge2Factory();
          case L -> new RougeLFactory();
          case LSUM -> new RougeLsumFactory();
        };
    return factory.create(options, CONTEXT);
  }

  static RougeOptions options(boolean stem, Measure measure) {
    return new RougeOptions(stem, Stemmer.NLTK, Tokenization.ASCII, measure);
  }

  static float score(Variant variant, RougeOptions options, String response, String... references) {
    Example example = new Example("1", "", Arrays.asList(references), Map.of());
    return reward(variant, options).score(List.of(new Completion(example, response)))[0];
  }
}
