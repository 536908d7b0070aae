package dev.clp.runtime.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.Completion;
import dev.clp.api.Conditioner;
import dev.clp.api.Example;
import dev.clp.api.FrozenModels;
import dev.clp.api.Policy;
import dev.clp.api.RewardModel;
import dev.clp.api.RunEvent.StepCompleted;
import dev.clp.api.Scalarizer;
import dev.clp.api.UnitName;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import dev.clp.runtime.config.OptimizerOptions;
import dev.clp.runtime.config.PolicyGradientOptions;
import dev.clp.runtime.config.ResponseSource;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.Architecture;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.TokenBatch;
import dev.clp.runtime.policygradient.PolicyGradient;
import dev.clp.runtime.policygradient.PolicyGradientTask;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.PromptReader;
import dev.clp.runtime.rollout.Prompts;
import dev.clp.runtime.rollout.RandomStreams;
import dev.clp.runtime.rollout.Request;
import dev.clp.runtime.rollout.Rollout;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.rollout.Tokens;
import dev.clp.runtime.scoring.Objectives;
import dev.clp.runtime.scoring.Scoring;
import dev.clp.runtime.sft.Initialisation;
import dev.clp.runtime.training.Schedule;
import dev.clp.runtime.training.TrainingLoop;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Times what reinforcement finetuning spends its time on: the model, and the rewards. */
public final class Benchmark {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, ObjectNode> SHAPES =
      Map.of(
          "260k", llama(64, 5, 8, 4, 172, 512),
          "15m", llama(288, 6, 6, 6, 768, 32000),
          "110m", llama(768, 12, 12, 12, 2048, 32000));

  private static final PromptReader UNREWRITTEN =
      new PromptReader(
          text -> {
            throw new IllegalStateException("a benchmark's policies read prompts as they are");
          });

  private final Work work;
  private final Consumer<String> out;

  /**
   * What is measured.
   *
   * @param batch responses at once
   * @param prompt tokens per prompt
   * @param tokens tokens per response
   * @param runs runs that count, after a warm-up
   */
  public record Work(int batch, int prompt, int tokens, int runs) {}

  /** The usual scalarizer, at hand without its plugin. */
  private static final class WeightedSum implements Scalarizer {

    @Override
    public double scalarize(float[] rewards, Weighting weighting) {
      return weighting.dot(rewards);
    }

    @Override
    public double[] gradient(float[] rewards, Weighting weighting) {
      return weighting.weights().stream().mapToDouble(weight -> weight).toArray();
    }
  }

  /** Prints to {@code out}, one JSON object per line. */
  public Benchmark(Work work, Consumer<String> out) {
    this.work = work;
    this.out = out;
  }

  /**
   * Measures sampling from the plain reference and from a policy at a fixed weighting in turn,
   * changing the weighting, and one update; each with every number of threads.
   *
   * @param peer a program that measures the same work, run before and after; the best of either
   *     side is compared
   */
  public void speed(
      String shape, Optional<Path> folder, List<Integer> threads, Optional<List<String>> peer) {
    Map<String, Double> best = new LinkedHashMap<>();
    Map<String, Double> peerBest = new LinkedHashMap<>();
    peer.ifPresent(command -> collect(command, peerBest));
    try (NDManager manager = Torch.newManager()) {
      CausalModel model = model(manager, shape, folder);
      for (int count : threads) {
        Torch.useThreads(count);
        measure(manager, model, best);
      }
    }
    peer.ifPresent(command -> collect(command, peerBest));
    peerBest.forEach(
        (what, figure) -> {
          if (best.containsKey(what)) {
            note(what + ", ratio to the peer", best.get(what) / figure);
          }
        });
  }

  private void measure(NDManager manager, CausalModel model, Map<String, Double> best) {
    CausalModel copy = model.bind(model.parameters().copy().asMap());
    Generator generator = new Generator(UNREWRITTEN, ids -> "", Set.of());
    List<Request> requests = requests(model);
    List<Double> reference = new ArrayList<>();
    List<Double> steered = new ArrayList<>();
    List<Double> switching = new ArrayList<>();
    for (int run = 0; run <= work.runs(); run++) {
      reference.add(seconds(() -> sample(manager, generator, Policy.of(model), requests)));
      try (NDManager scope = manager.newSubManager()) {
        Policy[] policy = new Policy[1];
        switching.add(seconds(() -> policy[0] = Policy.of(average(scope, model, copy, 0.25f))));
        steered.add(seconds(() -> sample(manager, generator, policy[0], requests)));
      }
    }
    long sampled = (long) work.batch() * work.tokens();
    best.merge("generate", show("generate", median(reference), sampled), Math::max);
    show("generate at a weighting", median(steered), sampled);
    note("generate at a weighting / generate", median(steered) / median(reference));
    note("milliseconds to change the weighting", median(switching) * 1000);
    List<Double> updates = update(manager, model, generator, requests);
    long read = (long) work.batch() * (work.prompt() + work.tokens());
    best.merge("update", show("update", median(updates), read), Math::max);
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
  public void reward(
      String name,
      RewardModel reward,
      int count,
      Optional<Path> data,
      List<String> references,
      List<Integer> threads) {
    List<Completion> completions =
        data.map(file -> RewardBenchmark.read(file, references, count))
            .orElseGet(() -> RewardBenchmark.made(count, work.prompt(), work.tokens()));
    for (int each : threads) {
      List<Double> seconds = new ArrayList<>();
      for (int run = 0; run <= work.runs(); run++) {
        seconds.add(
            seconds(() -> RewardBenchmark.score(reward, name, completions, work.batch(), each)));
      }
      ObjectNode line = JSON.createObjectNode();
      line.put("what", "reward " + name).put("threads", each).put("batch", work.batch());
      line.put("completions", count).put("seconds", Math.round(median(seconds) * 1e4) / 1e4);
      line.put("completions_per_second", Math.round(count / median(seconds)));
      print(line);
    }
  }

  /**
   * Takes training steps and reports live arrays and resident memory after a tenth and at the end.
   *
   * @param conditioner the mechanism to train
   * @param sampler what draws its weightings, of two objectives
   * @param folder where checkpoints may be written
   */
  public void memory(
      String shape,
      Optional<Path> model,
      int steps,
      Conditioner conditioner,
      WeightSampler sampler,
      Path folder) {
    try (NDManager manager = Torch.newManager()) {
      CausalModel reference = model(manager, shape, model);
      List<Prompts.Prompt> prompts =
          requests(reference).stream()
              .map(request -> new Prompts.Prompt(request.example(), request.prompt()))
              .toList();
      // Two rewards that any text has: its length in characters, longer or shorter.
      Map<String, RewardModel> rewards = Map.of("longer", scores(1), "shorter", scores(-1));
      PolicyGradientTask task =
          new PolicyGradientTask(
              new UnitName("bench", shape, 0),
              conditioner,
              new FrozenModels(reference, List.of()),
              sampler,
              new WeightedSum(),
              new Objectives(rewards),
              Optional.empty(),
              new Prompts(prompts),
              work.tokens(),
              options());
      Generator generator = new Generator(UNREWRITTEN, ids -> Arrays.toString(ids), Set.of());
      try (Scoring scoring = new Scoring(task.objectives())) {
        TrainingLoop.train(
            manager,
            folder,
            new PolicyGradient(manager, task, generator, scoring),
            new Schedule(steps, OPTIMIZER, steps, Optional.empty()),
            event -> {
              if (event instanceof StepCompleted done
                  && (done.step() == steps / 10 || done.step() == steps)) {
                ObjectNode line = JSON.createObjectNode();
                line.put("step", done.step());
                line.put("live_arrays", Torch.liveArrays());
                line.put("resident_megabytes", residentMegabytes());
                print(line);
              }
            });
      }
    }
  }

  private static RewardModel scores(int sign) {
    return completions -> {
      float[] scores = new float[completions.size()];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = sign * completions.get(i).response().length() / 1000f;
      }
      return scores;
    };
  }

  private PolicyGradientOptions options() {
    return new PolicyGradientOptions(
        Math.max(2, work.batch() / 4),
        ResponseSource.SAMPLED,
        4,
        2,
        PolicyGradientOptions.Scalarize.RESPONSES,
        PolicyGradientOptions.Estimator.RLOO,
        PolicyGradientOptions.Deviation.POPULATION);
  }

  private static final OptimizerOptions OPTIMIZER =
      new OptimizerOptions(1e-5, 0, OptimizerOptions.Decay.NONE, 0, 0, 0.9, 0.999, 1e-8, 1);

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
          seconds(
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
                      1e-6,
                      0.9,
                      0.999,
                      0,
                      1e-8,
                      1);
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

  private List<Request> requests(CausalModel model) {
    SplittableRandom random = new SplittableRandom(0);
    List<Request> requests = new ArrayList<>();
    for (int row = 0; row < work.batch(); row++) {
      long[] tokens = random.longs(work.prompt(), 3, model.vocabulary()).toArray();
      requests.add(
          new Request(
              Policy.of(model),
              Example.of("row-" + row, ""),
              Tokens.of(tokens),
              SamplingOptions.faithful(work.tokens()),
              RandomStreams.derive(0, "bench", row)));
    }
    return requests;
  }

  private static CausalModel model(NDManager manager, String shape, Optional<Path> folder) {
    if (folder.isEmpty()) {
      Architecture architecture = architecture(shape);
      return architecture.model(Initialisation.draw(manager, architecture, 0));
    }
    try (ModelFolder read = ModelFolder.read(manager, folder.get())) {
      return read.model();
    }
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

  private void collect(List<String> command, Map<String, Double> best) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try (BufferedReader reader =
          new BufferedReader(
              new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          out.accept(line);
          JsonNode json = JSON.readTree(line);
          if (json.has("tokens_per_second")) {
            best.merge(
                json.path("what").asText(), json.path("tokens_per_second").asDouble(), Math::max);
          }
        }
      }
      if (process.waitFor() != 0) {
        throw new UserException("--peer: the command failed; run it by itself to see why");
      }
    } catch (IOException e) {
      throw new UserException("--peer: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private double show(String what, double seconds, long tokens) {
    ObjectNode line = JSON.createObjectNode();
    line.put("what", what).put("threads", Torch.threads()).put("batch", work.batch());
    line.put("seconds", Math.round(seconds * 1e4) / 1e4);
    line.put("tokens_per_second", Math.round(tokens / seconds * 10) / 10.0);
    print(line);
    return tokens / seconds;
  }

  private void note(String what, double value) {
    print(JSON.createObjectNode().put("what", what).put("value", Math.round(value * 1e3) / 1e3));
  }

  private void print(ObjectNode line) {
    try {
      out.accept(JSON.writeValueAsString(line));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  /** Returns the median of all but the first, which warms up; of a single figure, itself. */
  private static double median(List<Double> figures) {
    List<Double> counted = figures.size() > 2 ? figures.subList(1, figures.size()) : figures;
    double[] sorted = counted.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Returns the process's resident memory where the system tells it, as Linux does; else 0. */
  private static long residentMegabytes() {
    Path status = Path.of("/proc/self/status");
    try {
      for (String line :
          Files.isReadable(status) ? Files.readAllLines(status) : List.<String>of()) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }

  private static Architecture architecture(String shape) {
    ObjectNode config = SHAPES.get(shape);
    if (config == null) {
      throw new UserException("--shape " + shape + ": choose one of 260k, 15m, 110m");
    }
    return ConfigJson.of(Path.of(shape), config).architecture();
  }

  private static ObjectNode llama(
      int hiddenSize,
      int layers,
      int heads,
      int keyValueHeads,
      int intermediateSize,
      int vocabulary) {
    return JSON.createObjectNode()
        .put("model_type", "llama")
        .put("vocab_size", vocabulary)
        .put("hidden_size", hiddenSize)
        .put("intermediate_size", intermediateSize)
        .put("num_hidden_layers", layers)
        .put("num_attention_heads", heads)
        .put("num_key_value_heads", keyValueHeads)
        .put("max_position_embeddings", 1024)
        .put("rms_norm_eps", 1e-5)
        .put("tie_word_embeddings", true);
  }
}
