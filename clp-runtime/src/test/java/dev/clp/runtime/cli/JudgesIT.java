package dev.clp.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.plugins.chat.server.ChatServer;
import dev.clp.plugins.chat.server.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A run whose evaluator asks a language model, as a user runs it, key and all. */
@DisabledOnOs(OS.WINDOWS)
class JudgesIT {

  private static final String KEY = "sk-never-to-be-seen-4711";
  private static final Map<String, String> ENVIRONMENT = Map.of("CLP_TEST_KEY", KEY);

  /** Answers that the server gives before it fails. */
  private static final int FIRST = 5;

  @TempDir Path folder;

  @Test
  void aFailingJudgeLosesNothingAndTellsNoKey() throws IOException {
    Path run = folder.resolve("run");
    try (ChatServer server =
        new ChatServer(
            request ->
                request.number() < FIRST
                    ? verdict()
                    : Reply.error(500, "you sent " + request.headers().get("Authorization")))) {
      ClpProcess.Result failed =
          ClpProcess.launch(
              ENVIRONMENT,
              "run",
              "samples/quickstart/quickstart.conf",
              "seeds=[1]",
              "policies=null",
              "policies.full-clp={}",
              // Far enough from the reference that no two responses are equal.
              "training.steps=4",
              "training.learning-rate=0.03",
              "data.evaluation=8",
              "data.calibration=16",
              "evaluation.divisions=2",
              "evaluation.evaluators.pareto={}",
              "evaluation.evaluators.autorater={max-pairs=6,criteria={brevity=\"Which is"
                  + " shorter?\"},"
                  + "backend={kind=openai,model=judge,attempts=1,concurrency=1,base-url=\""
                  + server.url()
                  + "\",api-key-variable=CLP_TEST_KEY}}",
              "--output",
              run.toString());
      assertThat(failed.status()).as(failed.output()).isNotZero();
      assertThat(failed.output()).contains("autorater", "clp evaluate " + run).doesNotContain(KEY);
      assertThat(run.resolve("report.html")).content().contains("pareto");
      int asked = server.requests().size();
      assertThat(asked).isGreaterThan(FIRST);
      assertThat(server.requests().get(0).headers().get("Authorization"))
          .containsExactly("Bearer " + KEY);

      server.behave(request -> verdict());
      ClpProcess.Result judged = ClpProcess.launch(ENVIRONMENT, "evaluate", run.toString());
      assertThat(judged.status()).as(judged.output()).isZero();
      assertThat(judged.output()).contains("win rate").doesNotContain(KEY);
      int questions = server.requests().size() - asked + FIRST;
      assertThat(Files.readAllLines(run.resolve("storage/autorater/verdicts.jsonl")))
          .as("every question was answered once")
          .hasSize(questions);

      ClpProcess.Result again = ClpProcess.launch(ENVIRONMENT, "evaluate", run.toString());
      assertThat(again.status()).as(again.output()).isZero();
      assertThat(server.requests()).as("nothing is asked again").hasSize(asked + questions - FIRST);
    }
    for (Path file : files(run)) {
      assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
          .as("the content of " + file)
          .doesNotContain(KEY);
    }
  }

  private static Reply verdict() {
    return Reply.says("{\"brevity\": \"A\", \"overall\": \"A\"}");
  }

  private static List<Path> files(Path run) throws IOException {
    try (Stream<Path> files = Files.walk(run)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
