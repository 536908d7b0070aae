package dev.clp.runtime.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.api.Completion;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardBenchmarkTest {

  @TempDir Path folder;

  @Test
  void readsCompletionsAndBeginsAgainWhereThereAreTooFew() throws IOException {
    Path file =
        write(
            """
            {"prompt": "p", "response": "first", "summary": "s"}
            {"response": "second", "summary": "t"}
            """);
    List<Completion> completions = RewardBenchmark.read(file, List.of("summary"), 3);
    assertThat(completions)
        .extracting(Completion::response)
        .containsExactly("first", "second", "first");
    assertThat(completions.get(0).example().prompt()).isEqualTo("p");
    assertThat(completions.get(1).example().references()).containsExactly("t");
  }

  @Test
  void saysWhatAFileLacks() throws IOException {
    assertThatThrownBy(() -> RewardBenchmark.read(write("{\"text\": \"a\"}"), List.of(), 1))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("data.jsonl", "'line-1'", "'response'", "[text]");
    assertThatThrownBy(() -> RewardBenchmark.read(write("nonsense"), List.of(), 1))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("data.jsonl:1");
    assertThatThrownBy(() -> RewardBenchmark.read(folder.resolve("absent"), List.of(), 1))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no such file");
  }

  @Test
  void scoresEveryMadeCompletionOnce() {
    List<Completion> made = RewardBenchmark.made(10, 3, 5);
    assertThat(made).isEqualTo(RewardBenchmark.made(10, 3, 5)).hasSize(10);
    assertThat(made.stream().map(Completion::example).distinct()).hasSize(3);
    assertThat(made)
        .allSatisfy(
            completion -> {
              assertThat(completion.response().split(" ")).hasSize(5);
              assertThat(completion.example().references()).hasSize(1);
            });
    AtomicInteger scored = new AtomicInteger();
    RewardBenchmark.score(
        completions -> {
          scored.addAndGet(completions.size());
          return new float[completions.size()];
        },
        "counting",
        made,
        4,
        2);
    assertThat(scored).hasValue(10);
    assertThatThrownBy(
            () -> RewardBenchmark.score(completions -> new float[0], "short", made, 4, 2))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("'short'");
  }

  private Path write(String content) throws IOException {
    return Files.writeString(folder.resolve("data.jsonl"), content);
  }
}
