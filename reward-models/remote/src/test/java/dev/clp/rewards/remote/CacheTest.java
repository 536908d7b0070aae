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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no JSON",
        "{}",
        "null",
        "[1]",
        "{\"key\":1,\"score\":1}",
        "{\"key\":\"k\"}",
        "{\"key\":\"k\",\"score\":null}",
        "{\"key\":\"k\",\"score\":\"1\"}",
        "{\"key\":\"k\",\"score\":NaN}",
        "{\"key\":\"k\",\"score\":1e99}",
        "{\"key\":\"k\",\"score\":1}{",
        "\0\0\0",
      })
  void aLineThatIsNoneOfOursIsPassedOver(String line) throws IOException {
    Path file = folder.resolve("scores.jsonl");
    Files.writeString(file, line + "\n{\"key\":\"a\",\"score\":0.5}\n");
    Files.write(file, new byte[] {(byte) 0xFF, (byte) 0xC3}, StandardOpenOption.APPEND);
    ScoreCache cache = new ScoreCache(file);
    assertThat(cache.get("k")).isEmpty();
    assertThat(cache.get("a")).contains(0.5f);
    cache.put(Map.of("b", 2f));
    assertThat(new ScoreCache(file).get("b")).contains(2f);
  }

  @Test
  void scoresAreKeptToTheLastBit() {
    Path file = folder.resolve("scores.jsonl");
    ScoreCache cache = new ScoreCache(file);
    Random random = new Random(1);
    List<Float> floats =
        random.ints(2000).mapToObj(Float::intBitsToFloat).filter(Float::isFinite).toList();
    IntStream.range(0, floats.size())
        .forEach(i -> cache.put(Map.of(String.valueOf(i), floats.get(i))));
    ScoreCache again = new ScoreCache(file);
    IntStream.range(0, floats.size())
        .forEach(i -> assertThat(again.get(String.valueOf(i))).contains(floats.get(i)));
  }

  @Test
  void severalThreadsAndCachesAppendToOneFile() throws InterruptedException {
    Path file = folder.resolve("scores.jsonl");
    List<ScoreCache> caches = List.of(new ScoreCache(file), new ScoreCache(file));
    List<Thread> threads =
        IntStream.range(0, 8)
            .mapToObj(
                thread ->
                    new Thread(
                        () -> {
                          for (int i = 0; i < 200; i++) {
                            caches
                                .get(thread % 2)
                                .put(Map.of(thread + "/" + i + "x".repeat(500), (float) i));
                          }
                        }))
            .toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    ScoreCache again = new ScoreCache(file);
    for (int thread = 0; thread < 8; thread++) {
      for (int i = 0; i < 200; i++) {
        assertThat(again.get(thread + "/" + i + "x".repeat(500))).contains((float) i);
      }
    }
  }

  @Test
  void aFolderThatIsInTheWayIsAnError() throws IOException {
    Path file = Files.createDirectories(folder.resolve("scores.jsonl"));
    assertThatThrownBy(() -> new ScoreCache(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(file.toString(), "cache = false");
    Path below = Files.writeString(folder.resolve("file"), "").resolve("scores.jsonl");
    assertThatThrownBy(() -> new ScoreCache(below).put(Map.of("a", 1f)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(below.toString(), "cache = false");
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
