package dev.clp.rewards.keyword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeywordTest {

  private static final List<String> KEYWORDS = List.of("river", "boat", "machine learning", "C++");

  @Test
  void factoryIsAService() {
    ComponentFactory<?, ?> factory =
        ServiceLoader.load(Plugin.class).iterator().next().components().get(0);

    assertThat(factory).isInstanceOf(KeywordFactory.class);
    assertThat(factory.name()).isEqualTo("keyword");
    assertThat(factory.kind()).isEqualTo(RewardModel.class);
    assertThat(factory.options().getRecordComponents())
        .allMatch(option -> option.isAnnotationPresent(Option.class));
  }

  @ParameterizedTest
  @CsvSource({
    "A boat on the river, 0.5, 1, 0",
    "Riverboats, 0, 0, 0",
    "BOAT boat boat, 0.25, 1, 0",
    "'machine\n  learning in C++, by boat along a river.', 1, 1, 1",
    "'C+++ and C', 0.25, 1, 0",
    "nothing of it, 0, 0, 0",
  })
  void scoresByEveryMatching(String response, float proportion, float any, float all) {
    assertThat(score(Matching.PROPORTION, false, KEYWORDS, response)).containsExactly(proportion);
    assertThat(score(Matching.ANY, false, KEYWORDS, response)).containsExactly(any);
    assertThat(score(Matching.ALL, false, KEYWORDS, response)).containsExactly(all);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"cat", "(cat)", "a cat's life", "black-cat", "\ud83d\ude00cat", "cat\u00a0"})
  void findsWholeWords(String response) {
    assertThat(score(Matching.ALL, true, List.of("cat"), response)).containsExactly(1f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cats", "concat", "cat9", "\u00e9cat", "cat\u0301", "c at"})
  void findsNoPartsOfWords(String response) {
    assertThat(score(Matching.ALL, true, List.of("cat"), response)).containsExactly(0f);
  }

  /** Apostrophes as people and as editors write them; composed and decomposed letters. */
  @ParameterizedTest
  @CsvSource({
    "don't, I don\u2019t know",
    "don\u2019t, I don't know",
    "rock 'n' roll, Rock \u2018n\u2019 Roll",
    "don't, Don\uff07t",
    "caf\u00e9, a CAFE\u0301.",
    "cafe\u0301, a caf\u00e9.",
    "\u1112\u1161\u11ab, \ud55c",
    "cat, cat_s",
    "cat, _cat_",
  })
  void apostrophesAndNormalFormsDoNotMatter(String keyword, String response) {
    assertThat(score(Matching.ALL, false, List.of(keyword), response)).containsExactly(1f);
  }

  @ParameterizedTest
  @CsvSource({
    "\u732b, \u6211\u559c\u6b22\u732b\u3002, 1",
    "\u559c\u6b22, \u6211\u559c\u6b22\u732b, 1",
    "Java, \u6211\u7528Java\u7f16\u7a0b, 1",
    "Java, \u6211\u7528JavaScript\u7f16\u7a0b, 0",
    "\u306d\u3053, \u306d\u3053\u304c\u3044\u308b, 1",
    "\u0e41\u0e21\u0e27, \u0e09\u0e31\u0e19\u0e23\u0e31\u0e01\u0e41\u0e21\u0e27\u0e21\u0e32\u0e01,"
        + " 1",
    // A vowel mark makes another syllable of the last letter.
    "\u0e01, \u0e01\u0e34, 0",
    "\u043a\u043e\u0442, \u043a\u043e\u0442 \u0441\u043f\u0438\u0442, 1",
    "\u043a\u043e\u0442, \u043a\u043e\u0442\u044b, 0",
  })
  void scriptsWithoutSpacesHaveBoundariesEverywhere(String keyword, String response, float score) {
    assertThat(score(Matching.ALL, false, List.of(keyword), response)).containsExactly(score);
  }

  @Test
  void defaultLocaleDoesNotMatter() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertThat(score(Matching.ALL, false, List.of("INFO"), "info")).containsExactly(1f);
      assertThatThrownBy(() -> reward(Matching.ALL, false, List.of("INFO", "info")))
          .hasMessageContaining("twice");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void caseMattersOnDemand() {
    List<String> keywords = List.of("Apple", "\u00c9cole");
    assertThat(score(Matching.PROPORTION, false, keywords, "apple, \u00e9cole"))
        .containsExactly(1f);
    assertThat(score(Matching.PROPORTION, true, keywords, "apple, \u00c9cole"))
        .containsExactly(0.5f);
  }

  @Test
  void keywordsAreNoPatterns() {
    assertThat(score(Matching.PROPORTION, false, List.of("c.t", "\\E"), "cat cut"))
        .containsExactly(0f);
    assertThat(score(Matching.PROPORTION, false, List.of("c.t", "\\E"), "c.t \\E"))
        .containsExactly(1f);
  }

  @Test
  void keywordListedTwiceIsAnError() {
    assertThatThrownBy(
            () -> reward(Matching.PROPORTION, false, List.of("New  York", "x", "new york")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'new york'")
        .hasMessageContaining("remove one");
    assertThatThrownBy(() -> reward(Matching.PROPORTION, true, List.of("don't", "don\u2019t")))
        .hasMessageContaining("'don't'");
    assertThat(score(Matching.PROPORTION, true, List.of("US", "us"), "us")).containsExactly(0.5f);
  }

  @ParameterizedTest
  @EnumSource
  void degenerateTextScoresZero(Matching matching) {
    assertThat(score(matching, false, KEYWORDS, "", " \n", "?!.. --", "\ud83d\ude00\ud83d\ude80"))
        .containsExactly(0f, 0f, 0f, 0f);
    assertThat(reward(matching, false, KEYWORDS).score(List.of())).isEmpty();
  }

  @Test
  void veryLongTextIsSearched() {
    List<String> keywords = List.of("machine learning");
    assertThat(
            score(
                Matching.ALL,
                false,
                keywords,
                "machine ".repeat(200_000) + "learning",
                "machine" + " ".repeat(200_000) + "learning",
                "machine".repeat(200_000)))
        .containsExactly(1f, 1f, 0f);
  }

  @Test
  void keepsOrderAndServesThreads() {
    RewardModel reward = reward(Matching.PROPORTION, false, List.of("one", "two"));
    String[] responses =
        IntStream.range(0, 400)
            .mapToObj(i -> i % 4 == 0 ? "" : i % 4 == 1 ? "one" : i % 4 == 2 ? "one two" : "three")
            .toArray(String[]::new);
    float[] expected = reward.score(of(responses));

    assertThat(expected).startsWith(0f, 0.5f, 1f, 0f, 0f, 0.5f, 1f, 0f);
    assertThat(IntStream.range(0, 8).parallel().mapToObj(i -> reward.score(of(responses))).toList())
        .allSatisfy(scores -> assertThat(scores).containsExactly(expected));
  }

  private static float[] score(
      Matching matching, boolean caseSensitive, List<String> keywords, String... responses) {
    return reward(matching, caseSensitive, keywords).score(of(responses));
  }

  private static RewardModel reward(
      Matching matching, boolean caseSensitive, List<String> keywords) {
    return new KeywordFactory()
        .create(
            new KeywordOptions(keywords, matching, caseSensitive),
            new TestContext(List.of("keyword"), KlRange.fixed(0.1)));
  }

  private static List<Completion> of(String... responses) {
    Example example = Example.of("1", "Say something:");
    return Arrays.stream(responses).map(response -> new Completion(example, response)).toList();
  }
}
