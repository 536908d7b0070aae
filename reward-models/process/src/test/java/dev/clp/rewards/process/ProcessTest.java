package dev.clp.rewards.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.clp.api.Completion;
import dev.clp.api.Example;
import dev.clp.plugins.services.CompletionJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A reward model against real programs that misbehave; nothing may hang, whatever they do. */
@Timeout(60)
class ProcessTest {

  /** The length of the line that asks for the response "". */
  private static final int EMPTY = CompletionJson.write(ask("")).length();

  @TempDir private Path folder;
  private ProcessReward reward;

  @AfterEach
  void close() {
    if (reward != null) {
      reward.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"length", "number", "windows"})
  void anAnswerIsAnObjectOrANumber(String mode) {
    assertThat(reward(mode).score(List.of(ask(""), ask("ab"), ask("a"))))
        .containsExactly(EMPTY, EMPTY + 2, EMPTY + 1);
    assertThat(reward.score(List.of(ask("abc")))).containsExactly(EMPTY + 3);
    assertThat(reward.score(List.of())).isEmpty();
  }

  @Test
  void aLineIsAsDocumented() throws IOException {
    Path file = folder.resolve("lines");
    Example example =
        new Example("7", "Q: \"Why?\"\n", List.of("b", "a"), Map.of("topic", "x", "age", "1"));
    String response = "two\nlines\u2028Дa \uD83C\uDF09";
    assertThat(reward("record", file.toString()).score(List.of(new Completion(example, response))))
        .containsExactly(0);
    List<String> lines = Files.readAllLines(file);
    assertThat(lines)
        .containsExactly(
            "{\"prompt\":\"Q: \\\"Why?\\\"\\n\","
                + "\"response\":\"two\\nlines\\u2028\\u0414a \\uD83C\\uDF09\","
                + "\"references\":[\"b\",\"a\"],\"fields\":{\"age\":\"1\",\"topic\":\"x\"}}");
    JsonNode read = new JsonMapper().readTree(lines.get(0));
    assertThat(read.get("response").textValue()).isEqualTo(response);
  }

  @ParameterizedTest
  @ValueSource(strings = {"number", "all-at-once"})
  void manyCompletionsDoNotBlock(String mode) {
    List<Completion> completions =
        IntStream.range(0, 10_000).mapToObj(i -> ask("x".repeat(i % 1000))).toList();
    float[] scores = reward(mode).score(completions);
    assertThat(scores).hasSize(10_000);
    assertThat(IntStream.range(0, 10_000)).allMatch(i -> scores[i] == EMPTY + i % 1000);
  }

  @Test
  void muchOnStandardErrorDoesNotBlock() {
    List<Completion> completions = IntStream.range(0, 500).mapToObj(i -> ask("x")).toList();
    assertThat(reward("noisy").score(completions)).hasSize(500).containsOnly(EMPTY + 1f);
  }

  @Test
  void itIsStartedOnceAndAnewAfterAFailure() throws IOException {
    Path file = folder.resolve("starts");
    reward("count", file.toString());
    assertThat(file).as("started before it is asked").doesNotExist();
    assertThat(reward.score(List.of(ask("a")))).containsExactly(1);
    assertThat(reward.score(List.of(ask("a")))).containsExactly(1);
    assertThat(Files.readAllLines(file)).hasSize(1);
    // The answers to the second and third completion must not be taken for those of a later call.
    assertFails(
        List.of(ask("bad"), ask("a"), ask("a")), "completion 1 of 3", "found the line 'bad'");
    assertThat(reward.score(List.of(ask("a"), ask("b")))).containsExactly(1, 1);
    assertThat(Files.readAllLines(file)).hasSize(2);
    reward.close();
    assertThat(reward.score(List.of(ask("a")))).containsExactly(1);
    assertThat(Files.readAllLines(file)).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "Loading ...",
        "{\"score\": NaN}",
        "NaN",
        "nan",
        "-Infinity",
        "1e39",
        "{\"score\": \"1\"}",
        "{\"score\": null}",
        "{\"scores\": 1}",
        "{\"score\": 1, \"score\": 2}",
        "{\"score\": 1",
        "[1]",
        "true",
        "1 2",
        "``",
      })
  void whatIsNoScoreIsAnError(String line) {
    reward("print", line);
    assertFails(
        List.of(ask("a"), ask("b")),
        "expected an answer to completion 1 of 2, {\"score\": x} or x, a finite number",
        "but found the line '" + line + "'",
        "everything else to standard error");
  }

  @Test
  void aDyingProgramIsQuoted() {
    reward("die");
    assertFails(
        List.of(ask("a"), ask("b")),
        "an answer to completion 2 of 2",
        "exit status 3",
        "last lines on standard error:\nerror 12\n",
        "error 30\nthe end");
    assertThatThrownBy(() -> reward.score(List.of(ask("a"), ask("b"))))
        .extracting(Throwable::getMessage)
        .matches(message -> !message.contains("error 11"));
  }

  /** Whatever the program prints is shown, and nothing of it obeyed. */
  @Test
  void whatATerminalObeysIsEscaped() {
    reward("escape");
    assertThatThrownBy(() -> reward.score(List.of(ask("a"))))
        .hasMessageContainingAll("the line '\\u001b[2Janswer'", "\n\\u001b]0;error\\u0007")
        .hasStackTraceContaining("answer")
        .extracting(Throwables::getStackTrace)
        .matches(trace -> trace.chars().noneMatch(c -> c == 0x1b || c == 7));
  }

  @Test
  void halfALineIsNoAnswer() {
    reward("torn");
    assertFails(
        List.of(ask("a")), "completion 1 of 1", "exit status 0", "wrote nothing to standard error");
  }

  @Test
  void aProgramThatAnswersOnceIsAnError() throws InterruptedException {
    assertThat(reward("once").score(List.of(ask("a")))).containsExactly(EMPTY + 1);
    assertFails(List.of(ask("a")), "found it ended with exit status 0", "standard input ends");
  }

  @Test
  void aProgramThatAnswersTwiceIsAnError() throws InterruptedException {
    assertThat(reward("twice").score(List.of(ask("a")))).containsExactly(1);
    Thread.sleep(500);
    assertFails(List.of(ask("a")), "waits for the next completion", "the line '2'");
  }

  @Test
  void aStallEndsAtTheDeadline() {
    reward = new ProcessReward(new ProcessOptions(Child.command("stall"), folder, 0.3, 20));
    assertFails(
        List.of(ask("a"), ask("b")),
        "an answer to completion 2 of 2 within 0.3 seconds",
        "flush",
        "or raise deadline-seconds",
        "thinking");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stall-at-once", "drip"})
  void aStallAtTheStartEndsAtItsDeadline(String mode) {
    reward = new ProcessReward(new ProcessOptions(Child.command(mode), folder, 20, 1));
    assertFails(List.of(ask("a")), "within 1.0 seconds", "raise start-deadline-seconds");
  }

  /** More than a pipe holds, and nobody reads. */
  @Test
  void aProgramThatDoesNotReadIsAnError() {
    List<Completion> completions =
        IntStream.range(0, 10_000).mapToObj(i -> ask("x".repeat(100))).toList();
    reward = new ProcessReward(new ProcessOptions(Child.command("deaf"), folder, 1, 20));
    assertFails(completions, "reads every line", "10000 answers before it had read as many lines");
  }

  @Test
  void aLineWithoutEndIsNotAwaited() {
    reward("flood");
    assertFails(List.of(ask("a")), "but found the line 'xxx", "...'");
  }

  @Test
  void aClosedOutputIsAnError() {
    reward("close-output");
    assertFails(List.of(ask("a")), "it closed its standard output");
  }

  @Test
  void anInterruptEndsTheProgram() throws Exception {
    Path file = folder.resolve("pid");
    reward("immortal", file.toString());
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                interrupted.completeExceptionally(
                    new AssertionError(reward.score(List.of(ask("a"), ask("b")))));
              } catch (IllegalStateException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
              }
            });
    thread.start();
    awaitFile(file);
    thread.interrupt();
    assertThat(interrupted.get(10, TimeUnit.SECONDS))
        .as("the thread is still interrupted")
        .isTrue();
    assertEnded(file);
  }

  @Test
  void closingEndsACallThatWaits() throws Exception {
    Path file = folder.resolve("pid");
    reward("immortal", file.toString());
    CompletableFuture<float[]> scores =
        CompletableFuture.supplyAsync(() -> reward.score(List.of(ask("a"), ask("b"))));
    awaitFile(file);
    reward.close();
    assertThat(scores)
        .failsWithin(10, TimeUnit.SECONDS)
        .withThrowableThat()
        .withMessageContaining("it ended with exit status");
    assertEnded(file);
  }

  @Test
  void itEndsWithJava() throws Exception {
    Path file = folder.resolve("pid");
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(parent.waitFor(30, TimeUnit.SECONDS)).as("the parent has ended").isTrue();
    assertThat(parent.exitValue()).as("the parent's exit status").isZero();
    assertEnded(file);
  }

  /** Options are written into runs. */
  @Test
  void aCredentialInTheCommandIsAnErrorThatDoesNotShowIt() {
    assertThatThrownBy(
            () ->
                new ProcessOptions(
                    List.of("python3", "--url=http://host/score?api_key=s3cret"), folder, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("command", "environment variable, which the program inherits")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void whatCannotBeStartedIsSaid() {
    reward = new ProcessReward(new ProcessOptions(List.of("no-such-program"), folder, 1, 1));
    assertFails(List.of(ask("a")), "[no-such-program]", folder.toString(), "correct command");
    Path missing = folder.resolve("missing");
    reward = new ProcessReward(new ProcessOptions(Child.command("length"), missing, 1, 1));
    assertFails(List.of(ask("a")), missing.toString(), "correct working-directory");
  }

  private ProcessReward reward(String... arguments) {
    reward = new ProcessReward(new ProcessOptions(Child.command(arguments), folder, 20, 20));
    return reward;
  }

  private void assertFails(List<Completion> completions, String... parts) {
    assertThatThrownBy(() -> reward.score(completions))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("the program [")
        .hasMessageContainingAll(parts);
  }

  private static void awaitFile(Path file) throws Exception {
    while (!Files.exists(file) || Files.readString(file).isEmpty()) {
      Thread.sleep(10);
    }
  }

  private static void assertEnded(Path file) throws Exception {
    ProcessHandle.of(Long.parseLong(Files.readString(file)))
        .ifPresent(left -> assertThat(left.onExit()).succeedsWithin(10, TimeUnit.SECONDS));
  }

  private static Completion ask(String response) {
    return new Completion(Example.of("id", "prompt"), response);
  }
}
