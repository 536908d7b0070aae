package dev.clp.runtime.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.Policy;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.TokenBatch;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.Request;
import dev.clp.runtime.rollout.Rollout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Measures sampling from the plain reference and from a policy at a fixed weighting in turn,
 * changing the weighting, and one update; each with every number of threads.
 */
public final class SpeedBenchmark {

  private final Work work;
  private final Consumer<String> out;
  private final Figures figures;

  /** Prints to {@code out}, one JSON object per line. */
  public SpeedBenchmark(Work work, Consumer<String> out) {
    this.work = work;
    this.out = out;
    this.figures = new Figures(out);
  }

  /**
   * Measures.
   *
   * @param shape the shape of the model, without a folder
   * @param folder the model's folder
   * @param threads the numbers of engine threads, one after the other
   * @param command a program that measures the same work, run before and after; the best of either
   *     side is compared
   */
  public void run(
      String shape, Optional<Path> folder, List<Integer> threads, Optional<List<String>> command) {
    Map<String, Double> best = new LinkedHashMap<>();
    Optional<Peer> peer = command.map(words -> new Peer(words, out));
    peer.ifPresent(Peer::run);
    try (NDManager manager = Torch.newManager()) {
      CausalModel model = BenchmarkModel.open(manager, shape, folder);
      for (int count : threads) {
        Torch.useThreads(count);
        measure(manager, model, best);
      }
    }
    peer.ifPresent(
        program -> {
          program.run();
          program
              .best()
              .forEach(
                  (what, figure) -> {
                    if (best.containsKey(what)) {
                      figures.print(what + ", ratio to the peer", best.get(what) / figure);
                    }
                  });
        });
  }

  private void measure(NDManager manager, CausalModel model, Map<String, Double> best) {
    CausalModel copy = model.bind(model.parameters().copy().asMap());
    Generator generator = Work.generator();
    List<Request> requests = work.requests(model);
    List<Double> reference = new ArrayList<>();
    List<Double> steered = new ArrayList<>();
    List<Double> switching = new ArrayList<>();
    for (int run = 0; run <= work.runs(); run++) {
      reference.add(Figures.seconds(() -> sample(manager, generator, Policy.of(model), requests)));
      try (NDManager scope = manager.newSubManager()) {
        Policy[] policy = new Policy[1];
        switching.add(
            Figures.seconds(() -> policy[0] = Policy.of(average(scope, model, copy, 0.25f))));
        steered.add(Figures.seconds(() -> sample(manager, generator, policy[0], requests)));
      }
    }
    long sampled = (long) work.batch() * work.tokens();
    best.merge("generate", show("generate", Figures.median(reference), sampled), Math::max);
    show("generate at a weighting", Figures.median(steered), sampled);
    figures.print(
        "generate at a weighting / generate", Figures.median(steered) / Figures.median(reference));
    figures.print("milliseconds to change the weighting", Figures.median(switching) * 1000);
    List<Double> updates = update(manager, model, generator, requests);
    long read = (long) work.batch() * (work.prompt() + work.tokens());
    best.merge("update", show("update", Figures.median(updates), read), Math::max);
  }

  private List<Double> update(
      NDManager manager, CausalModel model, Generator generator, List<Request> requests) {
    List<Rollout> rollouts = sample(manager, generator, Policy.of(model), requests);
    TokenBatch batch = Rollout.batch(rollouts);
    float[] coefficients = new float[batch.scoredTokens()];
    for (int i = 0; i < coefficients.length; i++) {
      coefficients[i] = (float) (Math.sin(i) / work.batch());
    }
    Map<String, NDArray> leaves = model.parameters().copy().asMap();
    List<NDArray> first = new ArrayList<>();
    List<NDArray> second = new ArrayList<>();
    for (NDArray leaf : leaves.values()) {
      leaf.setRequiresGradient(true);
      first.add(manager.zeros(leaf.getShape()));
      second.add(manager.zeros(leaf.getShape()));
    }
    CausalModel trained = model.bind(leaves);
    List<Double> seconds = new ArrayList<>();
    for (int run = 0; run <= work.runs(); run++) {
      int step = run + 1;
      seconds.add(
          Figures.seconds(
              () -> {
                try (NDManager scope = manager.newSubManager()) {
                  NDList gradients =
                      Torch.withGradients(
                          true,
                          () ->
                              ArrayOperations.gradients(
                                  scope,
                                  trained
                                      .surrogate(scope, batch, scope.create(coefficients))
                                      .scalar(),
                                  List.copyOf(leaves.values())));
                  ArrayOperations.adamw(
                      scope,
                      List.copyOf(leaves.values()),
                      gradients,
                      first,
                      second,
                      step,
                      Work.OPTIMIZER.learningRate(),
                      Work.OPTIMIZER.beta1(),
                      Work.OPTIMIZER.beta2(),
                      Work.OPTIMIZER.weightDecay(),
                      Work.OPTIMIZER.epsilon(),
                      Work.OPTIMIZER.clipNorm());
                }
              }));
    }
    return seconds;
  }

  private List<Rollout> sample(
      NDManager manager, Generator generator, Policy policy, List<Request> requests) {
    return generator.generate(
        manager, requests.stream().map(request -> request.to(policy)).toList());
  }

  private static CausalModel average(
      NDManager scope, CausalModel one, CausalModel other, float weight) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (String name : one.parameters().names()) {
      try (NDArray scaled = one.parameter(name).mul(weight);
          NDArray rest = other.parameter(name).mul(1 - weight)) {
        NDArray sum = scaled.add(rest);
        sum.attach(scope);
        arrays.put(name, sum);
      }
    }
    return one.bind(arrays);
  }

  private double show(String what, double seconds, long tokens) {
    ObjectNode line = Figures.line();
    line.put("what", what).put("threads", Torch.threads()).put("batch", work.batch());
    line.put("seconds", Figures.rounded(seconds));
    line.put("tokens_per_second", Math.round(tokens / seconds * 10) / 10.0);
    figures.print(line);
    return tokens / seconds;
  }
}
