package dev.clp.rewards.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.clp.api.Completion;
import dev.clp.api.Example;
import dev.clp.api.KlRange;
import dev.clp.api.RewardModel;
import dev.clp.api.contract.TestContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {

  private static final String TABLE =
      """
      {"vocabulary": 2, "length": 2, "prompts": 2, "objectives": 2, "order": "as documented",
       "rewards": [[[0, 1, 2, 3], [4, 5, 6, 7]], [[0.5, -1e3, 8, 9], [1, 1, 1, 1]]]}
      """;

  @TempDir private Path folder;

  @Test
  void readsAResponseAsANumberWhoseDigitsAreWords() throws IOException {
    RewardModel first = reward(TABLE, 0);
    assertThat(
            first.score(
                List.of(
                    ask("p", "x x"), ask("p", "x y"), ask("p", "y x"), ask("long one", " y y "))))
        .containsExactly(0, 1, 2, 7);
    assertThat(reward(TABLE, 1).score(List.of(ask("p", "x y"), ask("p", "y y"))))
        .containsExactly(-1000, 9);
    assertThat(first.score(List.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "p, x, no response 'x'",
    "p, x x x, no response 'x x x'",
    "p, x z, no response 'x z'",
    "p, '', no response ''",
    "q, x x, no prompt 'q'",
  })
  void aPairThatIsNotThereIsAnError(String prompt, String response, String problem)
      throws IOException {
    RewardModel reward = reward(TABLE, 0);
    assertThatThrownBy(() -> reward.score(List.of(ask("p", "x x"), ask(prompt, response))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(folder.toString(), problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"length\": 2 | \"length\": 0 | a positive integer of at most 64 at length, but found 0",
        "\"length\": 2 | \"length\": 65 | of at most 64 at length, but found 65",
        "\"length\": 2 | \"length\": 2, \"length\": 1 | Duplicate field 'length'",
        "\"vocabulary\": 2, | '' | a positive integer at vocabulary, but found nothing",
        "\"prompts\": 2 | \"prompts\": 2.5 | a positive integer at prompts, but found 2.5",
        "\"length\": 2 | \"length\": 3 | 2^3 scores at rewards[0][0], but found an array of 4",
        "[4, 5, 6, 7] | 4 | an array of 2^2 scores at rewards[0][1], but found 4",
        "[4, 5, 6, 7] | [4, 5, null, 7] | a finite number at rewards[0][1][2], but found null",
        "[4, 5, 6, 7] | [4, 5, 6, 1e39] | a finite number at rewards[0][1][3]",
        ", [4, 5, 6, 7] | '' | an array of 2 at rewards[0], but found an array of 1",
        "\"rewards\" | \"reward\" | an array of 2 at rewards, but found nothing",
        "\"vocabulary\": 2 | \"vocabulary\": 3 | vocabulary = 3, but the option words names 2"
            + " words",
        "\"prompts\": 2 | \"prompts\": 1 | prompts = 1, but the option prompts names 2 prompts",
        "\"objectives\": 2 | \"objectives\": 0 | a positive integer at objectives, but found 0",
        "{ | [ | expected a table in JSON",
        "]]]} | ]]]} 1 | expected a table in JSON",
      })
  void aMalformedTableNamesFileAndPlace(String from, String to, String problem) {
    assertThat(TABLE).contains(from);
    assertThatThrownBy(() -> reward(TABLE.replace(from, to), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(folder.toString(), problem);
  }

  /** Of the words x, and y x, the responses x + x, x + y x, y x + x and y x + y x all differ. */
  @Test
  void wordsMayHaveSpacesWhereResponsesDiffer() throws IOException {
    RewardModel reward = reward(file(TABLE), 0, List.of("x", "y x"));
    assertThat(
            reward.score(
                List.of(
                    ask("p", "x x"), ask("p", "x y x"), ask("p", "y x x"), ask("p", "y x y x"))))
        .containsExactly(0, 1, 2, 3);
  }

  @Test
  void wordsThatMakeTwoResponsesAlikeAreAnError() throws IOException {
    Path file =
        file(
            TABLE
                .replace("\"vocabulary\": 2", "\"vocabulary\": 3")
                .replace("[0, 1, 2, 3]", "[0, 1, 2, 3, 4, 5, 6, 7, 8]")
                .replace("[4, 5, 6, 7]", "[0, 1, 2, 3, 4, 5, 6, 7, 8]"));
    // x + x x and x x + x.
    assertThatThrownBy(() -> reward(file, 0, List.of("x", "x x", "y")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("the option words", "'x x x'", "remove the spaces");
  }

  @Test
  void messagesDoNotDependOnTheLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThatThrownBy(() -> reward(TABLE.replace("[4, 5, 6, 7]", "4"), 0))
          .hasMessageContaining("an array of 2^2 scores");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void optionsThatDoNotFitAreErrors() {
    assertThatThrownBy(() -> reward(TABLE, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("objectives = 2", "the option column is 2");
    Path missing = folder.resolve("missing.json");
    assertThatThrownBy(() -> reward(missing, 0, List.of("x", "y")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(missing.toString(), "check the path");
    assertThatThrownBy(() -> reward(missing, 0, List.of("x", "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("words", "'x' twice");
  }

  /** Tables that another program wrote are read as they are. */
  @Test
  void readsTablesOfOthers() {
    Optional<Path> file =
        sharedFolders()
            .map(shared -> shared.resolve("data/worlds/trap.json"))
            .filter(Files::isRegularFile)
            .findFirst();
    assumeTrue(
        file.isPresent(),
        "data/worlds is neither in the folder of -Dclp.shared nor in a folder 'shared' beside the"
            + " checkout");
    List<String> words = List.of("a", "b", "c", "d", "e", "f", "g", "h");
    RewardModel reward =
        new TableReward(new TableOptions(file.get(), 0, words, words.subList(0, 6)));
    assertThat(reward.score(List.of(ask("a", "a a a"), ask("a", "a c a"), ask("a", "b a c"))))
        .containsExactly(0.3f, 1.0f, 0.8f);
  }

  private static Stream<Path> sharedFolders() {
    String property = System.getProperty("clp.shared");
    return property != null
        ? Stream.of(Path.of(property))
        : Stream.iterate(Path.of("").toAbsolutePath(), up -> up != null, Path::getParent)
            .map(up -> up.resolve("shared"));
  }

  private RewardModel reward(String table, int column) throws IOException {
    return reward(file(table), column, List.of("x", "y"));
  }

  private Path file(String table) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "table", ".json"), table);
  }

  private static RewardModel reward(Path file, int column, List<String> words) {
    return new TableFactory()
        .create(
            new TableOptions(file, column, words, List.of("p", "long one")),
            new TestContext(List.of("first"), KlRange.fixed(0.1)));
  }

  private static Completion ask(String prompt, String response) {
    return new Completion(Example.of(prompt, prompt), response);
  }
}
