package dev.clp.runtime.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import dev.clp.runtime.config.ResponseSource;
import dev.clp.runtime.config.TrainingOptions;
import dev.clp.runtime.config.TrainingOptions.Estimator;
import dev.clp.runtime.diagnostics.Diversity;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.TokenBatch;
import dev.clp.runtime.rollout.Conditioning;
import dev.clp.runtime.rollout.EnumeratedResponses;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.PolicyLoss;
import dev.clp.runtime.rollout.Prompts.Prompt;
import dev.clp.runtime.rollout.RandomStreams;
import dev.clp.runtime.rollout.Request;
import dev.clp.runtime.rollout.Rollout;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.scoring.Objectives;
import dev.clp.runtime.scoring.Scoring;
import dev.clp.runtime.training.Checkpoints.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Multi-objective finetuning by policy gradients: maximises, over weightings that a sampler draws,
 *
 * <pre>V(alpha, w) = E_x E_{y ~ pi(.|x; alpha, w)} [(1 - alpha) s(R(x, y), w)
 *                - alpha log(pi(y|x; alpha, w) / pi_ref(y|x))]</pre>
 *
 * <p>with one set of parameters. The gradient is that of {@code log pi(y|x)} times the bracket less
 * a baseline; the log-ratio inside the bracket is not differentiated, for its own gradient has mean
 * zero. Responses are drawn from the policy, or, where there are few enough, all of them are taken
 * with their probabilities, and then the gradient is exact.
 *
 * <p>With {@code scalarize = expected-returns} the first term is {@code s(m, w)} of the mean
 * rewards {@code m = E_x E_y[R]} instead. By the chain rule, {@code grad s(m) = sum_i (ds/dm_i)
 * grad E[R_i] = E[(grad_m s(m) . R) grad log pi(y|x)]}: the same gradient with the linearisation of
 * {@code s} at {@code m} as the reward. The mean is that of the batch at the weighting; where
 * responses are drawn, it depends on them, which biases the gradient by O(1/n) in their number n.
 */
public final class Trainer {

  private final TrainingTask task;
  private final TrainingOptions options;
  private final Generator generator;
  private final CausalModel reference;
  private final Optional<EnumeratedResponses> listed;

  /** Creates the trainer of one unit. */
  public Trainer(TrainingTask task, Generator generator) {
    this.task = task;
    this.options = task.options();
    this.generator = generator;
    this.reference = (CausalModel) task.frozen().reference();
    this.listed =
        options.responses() == ResponseSource.LISTED
            ? Optional.of(
                new EnumeratedResponses(generator, reference.vocabulary(), task.maxNewTokens()))
            : Optional.empty();
  }

  /**
   * Trains from the newest checkpoint, or from the start, to the last step.
   *
   * @param listener watches every step
   * @return the wall-clock seconds that training took, all its sessions together
   */
  public double train(Consumer<StepReport> listener) {
    try (Scoring scoring = new Scoring(task.objectives())) {
      return train(listener, scoring);
    }
  }

  double train(Consumer<StepReport> listener, Scoring scoring) {
    try (NDManager manager = Torch.newManager()) {
      Checkpoints checkpoints = new Checkpoints(task.folder());
      Optional<Checkpoint> saved = checkpoints.read(manager);
      int done = saved.map(Checkpoint::step).orElse(0);
      double secondsBefore = saved.map(Checkpoint::seconds).orElse(0.0);
      if (done >= options.steps()) {
        return secondsBefore;
      }
      Parameters parameters = parameters(manager, saved);
      AdamW optimizer =
          new AdamW(
              manager, parameters, options, saved.map(Checkpoint::optimizer).orElse(Map.of()));
      long started = System.nanoTime();
      try (EventLog events = EventLog.resume(task.folder().resolve(EventLog.FILE_NAME), done)) {
        EventLog.read(task.folder().resolve(EventLog.FILE_NAME)).forEach(this::replay);
        for (int step = done + 1; step <= options.steps(); step++) {
          StepReport report = step(manager, parameters, optimizer, scoring, step);
          observe(report);
          events.append(report);
          listener.accept(report);
          if (step % options.checkpointEvery() == 0 || step == options.steps()) {
            double seconds = secondsBefore + (System.nanoTime() - started) / 1e9;
            checkpoints.write(new Checkpoint(step, seconds, parameters.asMap(), optimizer.state()));
          }
        }
      }
      return secondsBefore + (System.nanoTime() - started) / 1e9;
    }
  }

  /**
   * Reads what a finished training left.
   *
   * @param manager owns the arrays
   * @param folder the unit's folder
   * @param steps the last step that the training was to take
   * @return the parameters by name, or nothing if the training did not come to its end
   */
  public static Optional<Map<String, NDArray>> trained(NDManager manager, Path folder, int steps) {
    Checkpoints checkpoints = new Checkpoints(folder);
    return checkpoints.lastStep() >= steps ? checkpoints.readParameters(manager) : Optional.empty();
  }

  /** Returns the steps that a unit's checkpoints already cover. */
  public static int stepsDone(Path folder) {
    return new Checkpoints(folder).lastStep();
  }

  /** Returns the seconds that a unit's training took up to its newest checkpoint. */
  public static double seconds(Path folder) {
    return new Checkpoints(folder).seconds();
  }

  /**
   * One step: get responses, score them, and move the parameters once for all weightings together.
   */
  private StepReport step(
      NDManager manager, Parameters parameters, AdamW optimizer, Scoring scoring, int step) {
    List<Prompt> prompts = task.prompts().ofStep(task.seed(), step, options.promptsPerStep());
    int share = options.promptsPerStep() / options.weightingsPerStep();
    List<StepReport.Part> parts = new ArrayList<>();
    try (NDManager scope = manager.newSubManager()) {
      NDList total = null;
      Batch next = batch(scope, parameters, scoring, prompts, step, 0);
      for (int part = 0; part < options.weightingsPerStep(); part++) {
        Batch batch = next;
        // Nothing moves before the step's end, so that the next part can be sampled while rewards,
        // which may be slow, score this one.
        if (part + 1 < options.weightingsPerStep()) {
          next = batch(scope, parameters, scoring, prompts, step, part + 1);
        }
        try (NDManager partScope = batch.scope()) {
          Weighting weighting = batch.weighting();
          Policy policy = batch.policy();
          List<Rollout> rollouts = batch.rollouts();
          double[] logRatios = logRatios(partScope, rollouts);
          float[][] raw = batch.scores().await();
          double[] shares = shares(rollouts, share);
          double[] rewards =
              ScalarRewards.of(
                  options.scalarize(), task.scalarizer(), weighting, normalise(raw), shares);
          double[] returns = new double[rewards.length];
          for (int i = 0; i < returns.length; i++) {
            returns[i] = (1 - weighting.kl()) * rewards[i] - weighting.kl() * logRatios[i];
          }
          // Over all responses, no constant baseline changes the gradient: the plainest will do.
          Estimator estimator = listed.isPresent() ? Estimator.REINFORCE : options.estimator();
          double[] advantages =
              Advantages.of(estimator, returns, shares, options.samplesPerPrompt());
          List<TokenBatch> batches = generator.prompts().batches(policy, rollouts);
          NDList gradient = gradient(partScope, policy, parameters, batches, shares, advantages);
          total = accumulate(scope, total, gradient);
          parts.add(report(weighting, rollouts, shares, raw, logRatios, returns));
        }
      }
      for (NDArray gradient : total) {
        gradient.divi(options.weightingsPerStep());
      }
      float norm = optimizer.step(scope, total, step);
      if (!Float.isFinite(norm)) {
        throw new UserException(
            task.name()
                + ": the gradient is not finite at step "
                + step
                + "; lower training.learning-rate, and resume from the last checkpoint");
      }
      return new StepReport(step, LearningRate.at(step, options), norm, parts);
    }
  }

  /** The responses at one weighting of a step; the scope owns what the policy is bound to. */
  private record Batch(
      NDManager scope,
      Weighting weighting,
      Policy policy,
      List<Rollout> rollouts,
      Scoring.Scores scores) {}

  /** Samples one part of a step's prompts and begins to score the responses. */
  private Batch batch(
      NDManager scope,
      Parameters parameters,
      Scoring scoring,
      List<Prompt> prompts,
      int step,
      int part) {
    Weighting weighting = sample(step, part);
    NDManager partScope = scope.newSubManager();
    Policy policy =
        Conditioning.condition(
            partScope, task.conditioner(), task.frozen(), parameters, weighting, true);
    int share = options.promptsPerStep() / options.weightingsPerStep();
    int from = part * share;
    List<Rollout> rollouts =
        listed.isPresent()
            ? listed.get().of(partScope, policy, prompts.subList(from, from + share))
            : generator.generate(partScope, requests(policy, prompts, from, from + share, step));
    return new Batch(partScope, weighting, policy, rollouts, scoring.begin(rollouts));
  }

  /**
   * Returns the gradient of {@code -sum_i shares[i] * advantages[i] * log pi(y_i|x_i)}, one array
   * per parameter.
   *
   * @param batches the responses as each of the policy's terms reads them
   */
  static NDList gradient(
      NDManager manager,
      Policy policy,
      Parameters parameters,
      List<TokenBatch> batches,
      double[] shares,
      double[] advantages) {
    float[] coefficients = new float[batches.get(0).scoredTokens()];
    int at = 0;
    for (int i = 0; i < shares.length; i++) {
      for (int token = 0; token < batches.get(0).scored().get(i); token++) {
        coefficients[at++] = (float) (-shares[i] * advantages[i]);
      }
    }
    return Torch.withGradients(
        true,
        () ->
            ArrayOperations.gradients(
                manager,
                PolicyLoss.surrogate(manager, policy, batches, coefficients),
                List.copyOf(parameters.asMap().values())));
  }

  /** Returns the requests of one part of a step's prompts. */
  private List<Request> requests(Policy policy, List<Prompt> prompts, int from, int to, int step) {
    SamplingOptions sampling = SamplingOptions.faithful(task.maxNewTokens());
    List<Request> requests = new ArrayList<>();
    for (int at = from; at < to; at++) {
      Prompt prompt = prompts.get(at);
      // Few examples come round more than once in a step; each time draws streams of its own.
      int first =
          Collections.frequency(prompts.subList(0, at), prompt) * options.samplesPerPrompt();
      for (int sample = first; sample < first + options.samplesPerPrompt(); sample++) {
        long stream =
            RandomStreams.derive(task.seed(), "rollout", step, prompt.example().id(), sample);
        requests.add(new Request(policy, prompt.example(), prompt.tokens(), sampling, stream));
      }
    }
    return requests;
  }

  /** Returns {@code log(pi(y|x) / pi_ref(y|x))} of every rollout. */
  private double[] logRatios(NDManager manager, List<Rollout> rollouts) {
    double[] logRatios = PolicyLoss.logProbabilities(manager, reference, rollouts);
    for (int i = 0; i < logRatios.length; i++) {
      logRatios[i] = rollouts.get(i).logProbability() - logRatios[i];
    }
    return logRatios;
  }

  /** Returns the weight of each rollout in the expectation over prompts and responses. */
  private double[] shares(List<Rollout> rollouts, int prompts) {
    return rollouts.stream()
        .mapToDouble(
            rollout ->
                listed.isPresent()
                    ? Math.exp(rollout.logProbability()) / prompts
                    : 1.0 / rollouts.size())
        .toArray();
  }

  private float[][] normalise(float[][] raw) {
    return Arrays.stream(raw).map(this::normalise).toArray(float[][]::new);
  }

  private float[] normalise(float[] raw) {
    return task.calibration()
        .map(calibration -> Objectives.normalise(raw, calibration))
        .orElse(raw);
  }

  private StepReport.Part report(
      Weighting weighting,
      List<Rollout> rollouts,
      double[] shares,
      float[][] raw,
      double[] logRatios,
      double[] returns) {
    List<Double> rewards = new ArrayList<>();
    for (int objective = 0; objective < raw[0].length; objective++) {
      int column = objective;
      rewards.add(mean(shares, i -> raw[i][column]));
    }
    float[] mean = new float[rewards.size()];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = rewards.get(i).floatValue();
    }
    List<Float> normalised = new ArrayList<>();
    for (float value : normalise(mean)) {
      normalised.add(value);
    }
    return new StepReport.Part(
        weighting,
        rewards,
        normalised,
        mean(shares, i -> logRatios[i]),
        mean(shares, i -> returns[i]),
        mean(shares, i -> rollouts.get(i).response().length()),
        listed.isPresent()
            ? OptionalDouble.empty()
            : Diversity.distinct(2, rollouts.stream().map(Rollout::text).toList()));
  }

  private static double mean(double[] shares, IntToDoubleFunction value) {
    return IntStream.range(0, shares.length)
        .mapToDouble(i -> shares[i] * value.applyAsDouble(i))
        .sum();
  }

  private Weighting sample(int step, int part) {
    return task.sampler()
        .sample(RandomStreams.open(RandomStreams.derive(task.seed(), "w", step, part)));
  }

  /** Tells the sampler and the scalarizer what a step achieved. */
  private void observe(StepReport report) {
    for (StepReport.Part part : report.parts()) {
      float[] rewards = new float[part.normalised().size()];
      for (int i = 0; i < rewards.length; i++) {
        rewards[i] = part.normalised().get(i);
      }
      task.sampler().observe(part.weighting(), rewards, part.kl());
      task.scalarizer().observe(part.weighting(), rewards);
    }
  }

  /**
   * Lets the sampler draw a step's weightings once more and tells what they achieved, so that on
   * resume both stand where they stood: a sampler may remember what it drew.
   */
  private void replay(StepReport report) {
    for (int part = 0; part < report.parts().size(); part++) {
      Weighting drawn = sample(report.step(), part);
      Weighting logged = report.parts().get(part).weighting();
      if (!drawn.equals(logged)) {
        throw new UserException(
            task.folder().resolve(EventLog.FILE_NAME)
                + ": expected the weighting "
                + drawn
                + " at step "
                + report.step()
                + ", which the sampler draws, but found "
                + logged
                + "; resume with the plugin that the run began with, or delete the folder");
      }
    }
    observe(report);
  }

  private Parameters parameters(NDManager manager, Optional<Checkpoint> saved) {
    Parameters initial =
        Torch.withGradients(
            false,
            () ->
                task.conditioner()
                    .initialise(
                        task.frozen(),
                        RandomStreams.open(RandomStreams.derive(task.seed(), "initialise"))));
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    initial
        .asMap()
        .forEach(
            (name, array) -> {
              NDArray current = array;
              if (saved.isPresent()) {
                current = restored(name, array.getShape(), saved.get());
                array.close();
              } else {
                current.attach(manager);
              }
              current.setRequiresGradient(true);
              arrays.put(name, current);
            });
    return new Parameters(arrays);
  }

  private NDArray restored(String name, Shape shape, Checkpoint saved) {
    NDArray array = saved.parameters().get(name);
    if (array == null || !array.getShape().equals(shape)) {
      throw new UserException(
          task.folder()
              + ": the checkpoint of step "
              + saved.step()
              + " has "
              + (array == null ? "no parameter" : array.getShape() + " as the shape of")
              + " '"
              + name
              + "', which the mechanism expects with the shape "
              + shape
              + "; resume with the plugin that the run began with, or delete the folder");
    }
    return array;
  }

  private static NDList accumulate(NDManager scope, NDList total, NDList gradient) {
    if (total == null) {
      gradient.attach(scope);
      return gradient;
    }
    ArrayOperations.accumulate(scope, total, gradient);
    return total;
  }
}
