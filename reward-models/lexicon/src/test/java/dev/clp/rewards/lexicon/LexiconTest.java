package dev.clp.rewards.lexicon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.clp.api.Completion;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Example;
import dev.clp.api.KlRange;
import dev.clp.api.Option;
import dev.clp.api.Plugin;
import dev.clp.api.RewardModel;
import dev.clp.api.contract.TestContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LexiconTest {

  private static final LexiconOptions BUILT_IN = mean(Optional.empty(), UnknownWords.ZERO);

  @TempDir private Path folder;

  @Test
  void factoryIsAService() {
    ComponentFactory<?, ?> factory =
        ServiceLoader.load(Plugin.class).iterator().next().components().get(0);

    assertThat(factory).isInstanceOf(LexiconFactory.class);
    assertThat(factory.name()).isEqualTo("lexicon");
    assertThat(factory.kind()).isEqualTo(RewardModel.class);
    assertThat(factory.options().getRecordComponents())
        .allMatch(option -> option.isAnnotationPresent(Option.class));
  }

  @Test
  void builtInLexiconIsInOrderWithinItsRangeAndBalanced() throws IOException {
    List<String[]> entries = builtInEntries();

    assertThat(entries).hasSizeGreaterThan(300).hasSize(Lexicon.builtIn(Rules.MEAN).size());
    assertThat(entries.stream().map(entry -> entry[0]).toList()).isSorted().doesNotHaveDuplicates();
    assertThat(entries).allMatch(entry -> entry[0].matches("[a-z]+"));
    double[] values = entries.stream().mapToDouble(entry -> Double.parseDouble(entry[1])).toArray();
    assertThat(Arrays.stream(values)).allMatch(value -> Math.abs(value) <= 4 && value != 0);
    assertThat(Arrays.stream(values).filter(value -> value > 0).count())
        .isBetween(entries.size() * 2L / 5, entries.size() * 3L / 5);
  }

  /** VADER's values are the means of ten raters each. */
  @Test
  void builtInLexiconAgreesWithVader() throws IOException {
    Optional<Path> file =
        sharedFolders()
            .map(shared -> shared.resolve("data/lexicon/vader_lexicon.txt"))
            .filter(Files::isRegularFile)
            .findFirst();
    assumeTrue(
        file.isPresent(),
        "data/lexicon is neither in the folder of -Dclp.shared nor in a folder 'shared' beside the"
            + " checkout");
    Lexicon vader = Lexicon.load(file.orElseThrow());
    assertThat(vader.size()).isGreaterThan(7_000);
    assertThat(vader.value("good")).contains(1.9);

    int common = 0;
    for (String[] entry : builtInEntries()) {
      Optional<Double> theirs = vader.value(entry[0]);
      if (theirs.isPresent()) {
        common++;
        assertThat(Double.parseDouble(entry[1])).as(entry[0]).isCloseTo(theirs.get(), within(2.0));
      }
    }
    assertThat(common).isGreaterThan(300);
  }

  @ParameterizedTest
  @CsvSource({
    // happy 2.5
    "'The happy dog.', 0.8333333, 2.5",
    // happy 2.5, sad -2
    "'Happy? Sad!', 0.25, 0.25",
    "'HAPPY, HAPPY, happy', 2.5, 2.5",
    // happy 2.5 of four words
    "'an un-happy--not-unhappiness', 0.5, 2.5",
    "nothing known here, 0, 0",
  })
  void scoresOfHandCountedText(String response, float zero, float skip) {
    assertThat(score(BUILT_IN, response)[0]).isCloseTo(zero, within(1e-6f));
    assertThat(score(mean(Optional.empty(), UnknownWords.SKIP), response)[0])
        .isCloseTo(skip, within(1e-6f));
  }

  @Test
  void readsFurtherColumnsCommentsEmptyLinesAndRepetitions() throws IOException {
    LexiconOptions options =
        options(
            """
            \uFEFF# a comment\tof two columns

            fine\t1.5\t0.8\t[1, 2]\r
            grim\t -2\s
            fine\t2
            :)\t2.0
            \ud83d\ude00\t3
            well-read\t1
            US\t0.5
            us\t-0.5
            can't\t-1
            won\u2019t\t-2
            cafe\u0301\t1
            """);
    assertThat(
            score(
                options,
                "fine",
                "Grim.",
                "fine :)",
                "\ud83d\ude00",
                "well-read",
                "US us Us",
                "can\u2019t",
                "won't",
                "caf\u00e9"))
        .containsExactly(2f, -2f, 2f, 3f, 1f, -0.5f / 3, -1f, -2f, 1f);
  }

  @ParameterizedTest
  @CsvSource({
    "'good\t1\nbad', 2, 'a word, a tab and a number', bad",
    "'good 1', 1, 'a word, a tab and a number', good 1",
    "'# note\n\n\t1', 3, 'a word, a tab and a number', '\t1'",
    "'good\tfine', 1, a number in the second column, fine",
    "'good\t', 1, a number in the second column, ''",
    "'good\t1,5', 1, a number in the second column, '1,5'",
    "'good\tNaN', 1, a finite number in the second column, NaN",
    "'good\t-Infinity', 1, a finite number in the second column, -Infinity",
    "'good\t1e39', 1, a finite number in the second column, 1e39",
  })
  void malformedLineNamesFileLineAndRemedy(String content, int line, String expected, String found)
      throws IOException {
    LexiconOptions options = options(content);
    assertThatThrownBy(() -> reward(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            options.file().orElseThrow()
                + ":"
                + line
                + ": expected "
                + expected
                + ", but found '"
                + found
                + "'; write word<TAB>value, or begin the line with # to leave it out");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n \n", "# nothing\n"})
  void lexiconWithoutWordsIsAnError(String content) throws IOException {
    LexiconOptions options = options(content);
    assertThatThrownBy(() -> reward(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(options.file().orElseThrow().toString())
        .hasMessageContaining("has no word");
  }

  @Test
  void unreadableFileIsAnError() throws IOException {
    Path missing = folder.resolve("missing.tsv");
    assertThatThrownBy(() -> reward(mean(Optional.of(missing), UnknownWords.ZERO)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(missing.toString())
        .hasMessageContaining("check the path");

    Path latin = folder.resolve("latin.tsv");
    Files.write(latin, "caf\u00e9\t1\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> reward(mean(Optional.of(latin), UnknownWords.ZERO)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(latin.toString())
        .hasMessageContaining("UTF-8");
  }

  @ParameterizedTest
  @EnumSource
  void textWithoutWordsIsNeutral(UnknownWords unknown) {
    assertThat(
            score(
                mean(Optional.empty(), unknown), "", " \n", "?!.. --", "\ud83d\ude00\ud83d\ude80"))
        .containsExactly(0f, 0f, 0f, 0f);
  }

  @Test
  void veryLongTextScoresFinitely() throws IOException {
    assertThat(score(BUILT_IN, "happy ".repeat(200_000), "a'".repeat(200_000), "x".repeat(200_000)))
        .containsExactly(2.5f, 0f, 0f);
    // A sum beyond a float's range whose mean is within it.
    assertThat(score(options("huge\t3e38\n"), "huge ".repeat(100))[0]).isEqualTo(3e38f);
  }

  @Test
  void keepsOrderServesThreadsAndTakesNone() {
    RewardModel reward = reward(BUILT_IN);
    String[] responses =
        IntStream.range(0, 300)
            .mapToObj(i -> "happy ".repeat(i % 7) + "sad ".repeat(i % 5))
            .toArray(String[]::new);
    float[] expected = reward.score(of(responses));

    for (int i = 0; i < expected.length; i++) {
      int words = i % 7 + i % 5;
      float mean = words == 0 ? 0 : (2.5f * (i % 7) - 2 * (i % 5)) / words;
      assertThat(expected[i]).isCloseTo(mean, within(1e-6f));
    }
    assertThat(IntStream.range(0, 8).parallel().mapToObj(i -> reward.score(of(responses))).toList())
        .allSatisfy(scores -> assertThat(scores).containsExactly(expected));
    assertThat(reward.score(List.of())).isEmpty();
  }

  private static List<String[]> builtInEntries() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                LexiconTest.class.getResourceAsStream("valence.tsv"), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t", -1))
          .toList();
    }
  }

  /** The folder of {@code -Dclp.shared}, or every folder {@code shared} on the way up. */
  private static Stream<Path> sharedFolders() {
    String property = System.getProperty("clp.shared");
    return property != null
        ? Stream.of(Path.of(property))
        : Stream.iterate(Path.of("").toAbsolutePath(), up -> up != null, Path::getParent)
            .map(up -> up.resolve("shared"));
  }

  private static LexiconOptions mean(Optional<Path> file, UnknownWords unknown) {
    return new LexiconOptions(Rules.MEAN, file, unknown);
  }

  private LexiconOptions options(String content) throws IOException {
    Path file = Files.createTempFile(folder, "lexicon", ".tsv");
    return mean(Optional.of(Files.writeString(file, content)), UnknownWords.ZERO);
  }

  private static float[] score(LexiconOptions options, String... responses) {
    return reward(options).score(of(responses));
  }

  private static RewardModel reward(LexiconOptions options) {
    return new LexiconFactory()
        .create(options, new TestContext(List.of("valence"), KlRange.fixed(0.1)));
  }

  private static List<Completion> of(String... responses) {
    Example example = Example.of("1", "Say something:");
    return Arrays.stream(responses).map(response -> new Completion(example, response)).toList();
  }
}
