package dev.clp.rewards.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.Completion;
import dev.clp.api.Example;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotBlank;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.constraints.UniqueElements;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** A table is read right or refused in a sentence that names what is at fault. */
class TableFilePropertyTest {

  private static final String TABLE =
      "{\"vocabulary\": 2, \"length\": 1, \"prompts\": 1, \"objectives\": 2,"
          + " \"rewards\": [[[0.25, -3]], [[1e3, 4]]]}";

  private static Path file;

  @BeforeContainer
  static void createFile() throws IOException {
    file = Files.createTempFile("table", ".json");
  }

  @AfterContainer
  static void deleteFile() throws IOException {
    Files.delete(file);
  }

  /** Words of x, y and spaces: every response has its own score, or the words are refused. */
  @Property
  void responsesAreNumberedOrWordsRefused(
      @ForAll @Size(min = 1, max = 4) @UniqueElements
          List<@Chars({'x', 'y', ' '}) @NotBlank @StringLength(min = 1, max = 4) String> words,
      @ForAll @IntRange(min = 1, max = 3) int length)
      throws IOException {
    int responses = (int) Math.pow(words.size(), length);
    Files.writeString(
        file,
        IntStream.range(0, responses)
            .mapToObj(Integer::toString)
            .collect(
                Collectors.joining(
                    ", ",
                    String.format(
                        Locale.ROOT,
                        "{\"vocabulary\": %d, \"length\": %d, \"prompts\": 1, \"objectives\": 1,"
                            + " \"rewards\": [[[",
                        words.size(),
                        length),
                    "]]]}")));
    Set<String> texts = new HashSet<>();
    TableReward reward;
    try {
      reward = new TableReward(new TableOptions(file, 0, words, List.of("p")));
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("the option words");
      return;
    }
    for (int number = 0; number < responses; number++) {
      String text = response(words, length, number);
      assertThat(texts.add(text)).isTrue();
      assertThat(reward.score(List.of(new Completion(Example.of("p", "p"), text))))
          .containsExactly(number);
    }
  }

  @Property
  void aDamagedTableIsReadOrRefused(
      @ForAll @IntRange(max = 200) int place,
      @ForAll @Size(max = 3) List<@CharRange(from = ' ', to = '~') Character> patch,
      @ForAll @IntRange(max = 3) int removed)
      throws IOException {
    int start = place % TABLE.length();
    int end = Math.min(TABLE.length(), start + removed);
    String inserted = patch.stream().map(String::valueOf).collect(Collectors.joining());
    byte[] bytes =
        (TABLE.substring(0, start) + inserted + TABLE.substring(end))
            .getBytes(StandardCharsets.UTF_8);
    Files.write(file, bytes);
    try {
      TableReward reward =
          new TableReward(new TableOptions(file, 0, List.of("x", "y"), List.of("p")));
      float[] scores =
          reward.score(
              List.of(
                  new Completion(Example.of("p", "p"), "x"),
                  new Completion(Example.of("p", "p"), "y")));
      assertThat(scores).hasSize(2);
      assertThat(IntStream.range(0, 2).mapToDouble(i -> scores[i]))
          .allMatch(score -> Double.isFinite(score));
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining(file.toString());
    }
  }

  /** The first word is the highest digit. */
  private static String response(List<String> words, int length, int number) {
    String[] parts = new String[length];
    int rest = number;
    for (int i = length - 1; i >= 0; i--) {
      parts[i] = words.get(rest % words.size()).strip();
      rest /= words.size();
    }
    return Arrays.stream(parts).collect(Collectors.joining(" "));
  }
}
