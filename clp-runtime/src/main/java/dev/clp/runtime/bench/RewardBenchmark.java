package dev.clp.runtime.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Throwables;
import com.google.common.collect.Iterables;
import com.google.common.collect.Lists;
import dev.clp.api.Completion;
import dev.clp.api.Example;
import dev.clp.api.RewardModel;
import dev.clp.runtime.data.JsonLines;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.scoring.Objectives;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.ZipfDistribution;
import org.apache.commons.math3.random.Well19937c;

/** Measures how fast a reward scores completions, made up or read from a file. */
public final class RewardBenchmark {

  private static final int RESPONSES_PER_EXAMPLE = 4;
  private static final int VOCABULARY = 5_000;
  private static final List<String> ENDINGS = List.of("", "s", "ed", "ing", "ation");

  private final Work work;
  private final Figures figures;

  /** Prints to {@code out}, one JSON object per line. */
  public RewardBenchmark(Work work, Consumer<String> out) {
    this.work = work;
    this.figures = new Figures(out);
  }

  /**
   * Measures how fast a reward scores, with each number of threads, in batches as training would
   * send them.
   *
   * @param name the reward's name
   * @param count the number of completions
   * @param data JSON Lines to score, with a field {@code response}; made-up text of as many words
   *     as the work has tokens if absent
   * @param references the fields of {@code data} that hold responses that people wrote
   */
  public void run(
      String name,
      RewardModel reward,
      int count,
      Optional<Path> data,
      List<String> references,
      List<Integer> threads) {
    List<Completion> completions =
        data.map(file -> read(file, references, count))
            .orElseGet(() -> made(count, work.prompt(), work.tokens()));
    for (int each : threads) {
      List<Double> seconds = new ArrayList<>();
      for (int run = 0; run <= work.runs(); run++) {
        seconds.add(Figures.seconds(() -> score(reward, name, completions, work.batch(), each)));
      }
      ObjectNode line = Figures.line();
      line.put("what", "reward " + name).put("threads", each).put("batch", work.batch());
      line.put("completions", count).put("seconds", Figures.rounded(Figures.median(seconds)));
      line.put("completions_per_second", Math.round(count / Figures.median(seconds)));
      figures.print(line);
    }
  }

  /**
   * Makes completions: words that are as unevenly frequent as those of texts (Zipf), four responses
   * to an example with one reference.
   *
   * @param promptWords words of a prompt
   * @param responseWords words of a response and of a reference
   */
  static List<Completion> made(int count, int promptWords, int responseWords) {
    ZipfDistribution words = new ZipfDistribution(new Well19937c(0), VOCABULARY, 1);
    List<Completion> completions = new ArrayList<>();
    Example example = null;
    for (int i = 0; i < count; i++) {
      if (i % RESPONSES_PER_EXAMPLE == 0) {
        example =
            new Example(
                "example-" + i,
                text(words, promptWords),
                List.of(text(words, responseWords)),
                Map.of());
      }
      completions.add(new Completion(example, text(words, responseWords)));
    }
    return completions;
  }

  /**
   * Reads completions, again from the first line where the file has too few.
   *
   * @param file JSON Lines with a field {@code response}, and {@code prompt} if the reward reads it
   * @param references the fields that hold responses that people wrote
   */
  static List<Completion> read(Path file, List<String> references, int count) {
    List<Completion> completions = new ArrayList<>();
    for (Example example :
        JsonLines.read(file, "", references, Optional.empty(), Optional.of(count))) {
      String response = example.fields().get("response");
      if (response == null) {
        throw new UserException(
            file
                + ": the example '"
                + example.id()
                + "' has no field 'response', only "
                + example.fields().keySet()
                + "; name the text to be scored so");
      }
      String prompt = example.fields().getOrDefault("prompt", "");
      completions.add(
          new Completion(
              new Example(example.id(), prompt, example.references(), example.fields()), response));
    }
    return Lists.newArrayList(Iterables.limit(Iterables.cycle(completions), count));
  }

  /** Scores completions batch by batch, so many batches at a time. */
  static void score(
      RewardModel reward, String name, List<Completion> completions, int batch, int threads) {
    Objectives objectives = new Objectives(Map.of(name, reward));
    List<Callable<float[][]>> work = new ArrayList<>();
    for (List<Completion> part : Lists.partition(completions, batch)) {
      work.add(() -> objectives.score(part));
    }
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (Future<float[][]> scores : pool.invokeAll(work)) {
        scores.get();
      }
    } catch (ExecutionException e) {
      Throwables.throwIfUnchecked(e.getCause());
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the reward", e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static String text(ZipfDistribution words, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> word(words.sample()))
        .collect(Collectors.joining(" "));
  }

  /** Spells a number with letters, and ends it as English words end. */
  private static String word(int number) {
    StringBuilder word = new StringBuilder();
    for (int rest = number + 26; rest > 0; rest /= 26) {
      word.append((char) ('a' + rest % 26)).append("aeiou".charAt(rest % 5));
    }
    return word.append(ENDINGS.get(number % ENDINGS.size())).toString();
  }
}
