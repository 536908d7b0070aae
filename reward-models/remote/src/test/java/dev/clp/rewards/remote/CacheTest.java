package dev.clp.rewards.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.api.Completion;
import dev.clp.api.ComponentContext;
import dev.clp.api.Example;
import dev.clp.api.KlRange;
import dev.clp.api.RewardModel;
import dev.clp.api.TextClassifiers;
import dev.clp.api.contract.TestContext;
import dev.clp.plugins.services.AnswerStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was answered is kept in the run's folder, whenever the run ends. */
@Timeout(30)
class CacheTest {

  private static final List<Completion> THREE = List.of(ask("a"), ask("bb"), ask("ccc"));

  @TempDir private Path folder;
  private final TestService service = new TestService();

  @AfterEach
  void close() {
    service.close();
  }

  @Test
  void anAnswerIsNotAskedForAgain() throws IOException {
    RewardModel reward = reward(true, Optional.of(folder));
    assertThat(reward.score(THREE)).containsExactly(1, 2, 3);
    assertThat(reward.score(THREE)).containsExactly(1, 2, 3);
    assertThat(reward(true, Optional.of(folder)).score(THREE)).containsExactly(1, 2, 3);
    assertThat(service.received()).hasSize(3);
    assertThat(Files.readAllLines(file()))
        .hasSize(3)
        .allMatch(line -> line.matches("\\{\"key\":\"[0-9a-f]{64}\",\"score\":[123].0}"));
  }

  @Test
  void everyPartOfTheContentCounts() {
    RewardModel reward = reward(true, Optional.of(folder));
    Example example = new Example("1", "p", List.of("r"), Map.of("f", "v"));
    List<Example> same = List.of(example, new Example("2", "p", List.of("r"), Map.of("f", "v")));
    List<Example> others =
        List.of(
            new Example("1", "q", List.of("r"), Map.of("f", "v")),
            new Example("1", "p", List.of(), Map.of("f", "v")),
            new Example("1", "p", List.of("r"), Map.of("g", "v")),
            new Example("1", "p", List.of("r"), Map.of("f", "w")));
    same.forEach(each -> assertThat(reward.score(List.of(new Completion(each, "x")))).hasSize(1));
    assertThat(service.received()).as("requests for the same content").hasSize(1);
    others.forEach(each -> assertThat(reward.score(List.of(new Completion(each, "x")))).hasSize(1));
    assertThat(service.received()).as("requests with other contents").hasSize(5);
  }

  @Test
  void anotherServiceIsAskedItself() {
    assertThat(reward(true, Optional.of(folder)).score(THREE)).containsExactly(1, 2, 3);
    try (TestService other = new TestService()) {
      other.then(TestService.body("{\"scores\":[9]}"));
      RewardModel reward =
          new RemoteFactory()
              .create(TestOptions.of(other.url()).build(), context(Optional.of(folder)));
      assertThat(reward.score(List.of(ask("a")))).containsExactly(9);
    }
  }

  @Test
  void nothingIsKeptWhereItMayNotBe() {
    for (RewardModel reward :
        List.of(reward(false, Optional.of(folder)), reward(true, Optional.empty()))) {
      service.received().clear();
      assertThat(reward.score(THREE)).containsExactly(1, 2, 3);
      assertThat(reward.score(THREE)).containsExactly(1, 2, 3);
      assertThat(service.received()).hasSize(6);
    }
    assertThat(folder).isEmptyDirectory();
  }

  /** Wherever in the last line the process was killed. */
  @Test
  void aTornLineLosesOneAnswer() throws IOException {
    assertThat(reward(true, Optional.of(folder)).score(THREE)).containsExactly(1, 2, 3);
    String whole = Files.readString(file());
    int lastLine = whole.lastIndexOf('\n', whole.length() - 2) + 1;
    for (int end = lastLine; end <= whole.length(); end++) {
      Files.writeString(file(), whole.substring(0, end));
      service.received().clear();
      assertThat(reward(true, Optional.of(folder)).score(THREE)).containsExactly(1, 2, 3);
      boolean isLineWhole = end >= whole.length() - 1;
      assertThat(service.received()).as("requests, %s kept", end).hasSize(isLineWhole ? 0 : 1);
      service.received().clear();
      assertThat(reward(true, Optional.of(folder)).score(THREE)).containsExactly(1, 2, 3);
      assertThat(service.received()).as("requests after that").isEmpty();
    }
  }

  /** The key is the digest of address and completion, by the oracle of another language. */
  @Test
  void whatAnEarlierRunKeptIsFound() throws IOException {
    Files.createDirectories(file().getParent());
    Files.writeString(
        file(),
        "{\"key\":\"cad32c3523574d5761582db5b43c500c9dcedf167f6893c3d5e70878716113c1\","
            + "\"score\":0.10000000149011612}\n");
    RewardModel reward =
        new RemoteFactory()
            .create(
                TestOptions.of("http://localhost:1/score").build(), context(Optional.of(folder)));
    Example example = new Example("1", "Why?", List.of("So."), Map.of("topic", "x"));
    assertThat(reward.score(List.of(new Completion(example, "Because Д.")))).containsExactly(0.1f);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[1]",
        "{\"key\":\"k\"}",
        "{\"key\":\"k\",\"score\":null}",
        "{\"key\":\"k\",\"score\":\"1\"}",
        "{\"key\":\"k\",\"score\":1e99}",
      })
  void aLineThatIsNoScoreIsAnError(String line) throws IOException {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), line + "\n");
    assertThatThrownBy(() -> reward(true, Optional.of(folder)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(file() + ", line 1", "remove the line to ask again");
  }

  @Test
  void scoresAreKeptToTheLastBit() {
    List<Float> floats =
        new Random(1).ints(2000).mapToObj(Float::intBitsToFloat).filter(Float::isFinite).toList();
    AnswerStore<Score, Double> store = store();
    for (int i = 0; i < floats.size(); i++) {
      Score score = new Score(String.valueOf(i), floats.get(i));
      store.get(score.key(), () -> score);
    }
    AnswerStore<Score, Double> again = store();
    for (int i = 0; i < floats.size(); i++) {
      assertThat(again.get(String.valueOf(i), () -> new Score("", -1)))
          .isEqualTo(floats.get(i).doubleValue());
    }
  }

  private AnswerStore<Score, Double> store() {
    return new AnswerStore<>(Optional.of(file()), Score.class, Score::key, Score::score);
  }

  private Path file() {
    return folder.resolve("remote").resolve("scores.jsonl");
  }

  private RewardModel reward(boolean cache, Optional<Path> storage) {
    return new RemoteFactory()
        .create(TestOptions.of(service.url()).batchSize(1).cache(cache).build(), context(storage));
  }

  private static ComponentContext context(Optional<Path> storage) {
    return new TestContext(List.of("first"), KlRange.fixed(0.1), storage, TextClassifiers.NONE);
  }

  private static Completion ask(String response) {
    return new Completion(Example.of("id", "prompt"), response);
  }
}
