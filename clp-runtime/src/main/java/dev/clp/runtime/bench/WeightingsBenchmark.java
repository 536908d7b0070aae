package dev.clp.runtime.bench;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Model;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.rollout.Conditioning;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.PromptReader;
import dev.clp.runtime.rollout.RandomStreams;
import dev.clp.runtime.rollout.Request;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Measures a batch whose rows have several weightings against one whose rows all have the same, as
 * a server's requests do.
 */
public final class WeightingsBenchmark {

  private final Work work;
  private final Figures figures;

  /** Prints to {@code out}, one JSON object per line. */
  public WeightingsBenchmark(Work work, Consumer<String> out) {
    this.work = work;
    this.figures = new Figures(out);
  }

  /**
   * Measures.
   *
   * @param shape the shape of the model, without a folder
   * @param folder the model's folder
   * @param name what the mechanism is called
   * @param conditioner the mechanism, of two objectives, untrained
   * @param weightings the numbers of weightings in a batch, one after the other
   * @param threads the numbers of engine threads, one after the other
   */
  public void run(
      String shape,
      Optional<Path> folder,
      String name,
      Conditioner conditioner,
      List<Integer> weightings,
      List<Integer> threads) {
    try (NDManager manager = Torch.newManager()) {
      CausalModel model = BenchmarkModel.open(manager, shape, folder);
      List<Model> experts =
          conditioner.experts(2).stream()
              .<Model>map(weighting -> model.bind(model.parameters().copy().asMap()))
              .toList();
      FrozenModels frozen = new FrozenModels(model, experts);
      Parameters parameters = conditioner.initialise(frozen, RandomStreams.open(0));
      for (int count : threads) {
        Torch.useThreads(count);
        for (int different : weightings) {
          measure(manager, name, conditioner, frozen, parameters, different);
        }
      }
    }
  }

  private void measure(
      NDManager parent,
      String name,
      Conditioner conditioner,
      FrozenModels frozen,
      Parameters parameters,
      int different) {
    CausalModel model = CausalModel.of(frozen.reference());
    List<Double> same = new ArrayList<>();
    List<Double> mixed = new ArrayList<>();
    try (NDManager manager = parent.newSubManager()) {
      Policy one =
          Conditioning.condition(manager, conditioner, frozen, parameters, weighting(1, 2), false);
      List<Policy> several =
          IntStream.range(0, different)
              .mapToObj(
                  i ->
                      Conditioning.forDecoding(
                          manager, conditioner, frozen, parameters, weighting(i, different)))
              .toList();
      Generator generator = generator(model);
      List<Request> requests = work.requests(model);
      for (int run = 0; run <= work.runs(); run++) {
        same.add(Figures.seconds(() -> sample(manager, generator, requests, List.of(one))));
        mixed.add(Figures.seconds(() -> sample(manager, generator, requests, several)));
      }
    }
    ObjectNode line = Figures.line();
    line.put("what", name + ", weightings in a batch").put("threads", Torch.threads());
    line.put("batch", work.batch()).put("weightings", different);
    double tokens = (double) work.batch() * work.tokens();
    line.put("tokens_per_second", Math.round(tokens / Figures.median(mixed) * 10) / 10.0);
    line.put("of_one_weighting", Math.round(tokens / Figures.median(same) * 10) / 10.0);
    line.put("ratio", Figures.rounded(Figures.median(same) / Figures.median(mixed)));
    figures.print(line);
  }

  /** Returns one of several weightings, apart from each other. */
  private static Weighting weighting(int i, int of) {
    double first = (i + 0.5) / of;
    return new Weighting(List.of(first, 1 - first), 0.1);
  }

  private void sample(
      NDManager manager, Generator generator, List<Request> requests, List<Policy> policies) {
    generator.generate(
        manager,
        IntStream.range(0, requests.size())
            .mapToObj(i -> requests.get(i).to(policies.get(i % policies.size())))
            .toList());
  }

  /** Returns a generator that reads what a policy writes into prompts, a token per character. */
  private static Generator generator(CausalModel model) {
    int vocabulary = model.vocabulary();
    return new Generator(
        new PromptReader(text -> text.chars().mapToLong(c -> c % vocabulary).toArray()),
        Arrays::toString,
        Set.of());
  }
}
