package dev.clp.rewards.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.clp.api.Completion;
import dev.clp.api.RewardModel;
import dev.clp.plugins.services.CompletionJson;
import dev.clp.plugins.services.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Scores completions by asking a program, one call after the other.
 *
 * <p>After any failure nobody knows which answers are still to come: the program is ended, and the
 * next call starts it anew.
 */
final class ProcessReward implements RewardModel, AutoCloseable {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          // Read, so that the error says the same of all that is no finite number.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final List<String> command;
  private final Path directory;
  private final double deadlineSeconds;
  private final double startDeadlineSeconds;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final AtomicReference<Program> running = new AtomicReference<>();

  ProcessReward(ProcessOptions options) {
    command = options.command();
    directory = options.workingDirectory();
    deadlineSeconds = options.deadlineSeconds();
    startDeadlineSeconds = options.startDeadlineSeconds();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if the program cannot be started, ends, is silent for too long or
   *     answers with anything but one finite number each, or if the thread is interrupted
   */
  @Override
  public float[] score(List<Completion> completions) {
    if (completions.isEmpty()) {
      return new float[0];
    }
    List<String> questions = completions.stream().map(CompletionJson::write).toList();
    try {
      lock.lockInterruptibly();
      try {
        return ask(questions);
      } finally {
        lock.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while scores were awaited", e);
    }
  }

  /** Ends the program if it runs; scoring again would start it anew. */
  @Override
  public void close() {
    Program program = running.getAndSet(null);
    if (program != null) {
      program.end();
    }
  }

  private float[] ask(List<String> questions) throws InterruptedException {
    Program program = running.get();
    boolean isNew = program == null;
    if (isNew) {
      program = start();
      running.set(program);
    }
    boolean isInStep = false;
    try {
      float[] scores = converse(program, questions, isNew);
      isInStep = true;
      return scores;
    } catch (Misbehaviour e) {
      program.end();
      throw new IllegalStateException(
          place() + e.getMessage() + Texts.printable(lastErrors(program)), e);
    } finally {
      if (!isInStep) {
        program.end();
        running.compareAndSet(program, null);
      }
    }
  }

  private Program start() {
    if (!Files.isDirectory(directory)) {
      throw new IllegalStateException(
          place() + "expected a folder to run in, but there is none; correct working-directory");
    }
    try {
      return new Program(command, directory);
    } catch (IOException e) {
      throw new IllegalStateException(
          place()
              + "expected a program that can be started, but found: "
              + e.getMessage()
              + "; install it or correct command, whose first part is the program",
          e);
    }
  }

  private float[] converse(Program program, List<String> questions, boolean isNew)
      throws InterruptedException, Misbehaviour {
    if (program.hasSpoken()) {
      throw unasked(program);
    }
    Future<?> writing = program.write(questions);
    float[] scores = new float[questions.size()];
    for (int i = 0; i < scores.length; i++) {
      String due = "an answer to completion " + (i + 1) + " of " + scores.length;
      scores[i] = parse(read(program, isNew && i == 0, due), due);
    }
    try {
      writing.get(nanos(deadlineSeconds), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new Misbehaviour(
          "that it reads every line",
          scores.length + " answers before it had read as many lines",
          "print one line for each line read");
    }
    return scores;
  }

  private String read(Program program, boolean isFirst, String due)
      throws InterruptedException, Misbehaviour {
    double seconds = isFirst ? startDeadlineSeconds : deadlineSeconds;
    Optional<String> line;
    try {
      line = program.read(nanos(seconds));
    } catch (TimeoutException e) {
      throw new Misbehaviour(
          due + " within " + seconds + " seconds",
          "none",
          "make the program answer each line before it waits for the next and flush its standard"
              + " output after each, or raise "
              + (isFirst ? "start-deadline-seconds" : "deadline-seconds"));
    }
    if (line.isEmpty()) {
      throw new Misbehaviour(
          due,
          program.howItEnded(),
          "make the program answer line after line until its standard input ends");
    }
    return line.get();
  }

  private static Misbehaviour unasked(Program program) throws InterruptedException {
    try {
      Optional<String> line = program.read(0);
      return new Misbehaviour(
          "that it waits for the next completion",
          line.isPresent() ? "the line " + quote(line.get()) : program.howItEnded(),
          "make the program print one line per completion, everything else to standard error, and"
              + " read on until its standard input ends");
    } catch (TimeoutException e) {
      throw new IllegalStateException("only the thread that holds the lock takes lines", e);
    }
  }

  private static float parse(String line, String due) throws Misbehaviour {
    JsonNode answer;
    try {
      answer = MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw noScore(line, due);
    }
    JsonNode score = answer.isObject() ? answer.path("score") : answer;
    if (!score.isNumber() || !Float.isFinite(score.floatValue())) {
      throw noScore(line, due);
    }
    return score.floatValue();
  }

  private static Misbehaviour noScore(String line, String due) {
    return new Misbehaviour(
        due + ", {\"score\": x} or x, a finite number",
        "the line " + quote(line),
        "make the program print such a line per completion, and everything else to standard error");
  }

  private static String quote(String line) {
    return "'" + Texts.shorten(line) + "'";
  }

  private static long nanos(double seconds) {
    return Math.round(seconds * 1e9);
  }

  private String place() {
    return "the program " + command + " in " + directory + ": ";
  }

  private static String lastErrors(Program program) throws InterruptedException {
    List<String> lines = program.lastErrors();
    return lines.isEmpty()
        ? ". It wrote nothing to standard error"
        : ". Its last lines on standard error:\n" + String.join("\n", lines);
  }

  /** What a program did instead of what it should. */
  private static final class Misbehaviour extends Exception {

    private static final long serialVersionUID = 1L;

    Misbehaviour(String expected, String found, String remedy) {
      super(Texts.printable("expected " + expected + ", but found " + found + "; " + remedy));
    }
  }
}
