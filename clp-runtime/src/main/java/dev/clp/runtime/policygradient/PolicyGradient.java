package dev.clp.runtime.policygradient;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.Floats;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.UnitName;
import dev.clp.api.Weighting;
import dev.clp.runtime.config.PolicyGradientOptions;
import dev.clp.runtime.config.ResponseSource;
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
import dev.clp.runtime.rollout.Prompts;
import dev.clp.runtime.rollout.Prompts.Prompt;
import dev.clp.runtime.rollout.RandomStreams;
import dev.clp.runtime.rollout.Request;
import dev.clp.runtime.rollout.Rollout;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.scoring.Objectives;
import dev.clp.runtime.scoring.Scoring;
import dev.clp.runtime.training.Gradient;
import dev.clp.runtime.training.Learner;
import dev.clp.runtime.training.StepReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
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
public final class PolicyGradient implements Learner<PolicyGradient.Draw, StepReport> {

  private final PolicyGradientTask task;
  private final PolicyGradientOptions options;
  private final Generator generator;
  private final Scoring scoring;
  private final Prompts.Order order;
  private final CausalModel reference;
  private final Parameters parameters;
  private final Optional<EnumeratedResponses> enumerated;

  /**
   * Creates the learner of one unit.
   *
   * @param manager owns the parameters
   * @param scoring scores the task's objectives
   */
  public PolicyGradient(
      NDManager manager, PolicyGradientTask task, Generator generator, Scoring scoring) {
    this.task = task;
    this.options = task.options();
    this.generator = generator;
    this.scoring = scoring;
    this.order = task.prompts().order(seed());
    this.reference = CausalModel.of(task.frozen().reference());
    this.parameters =
        Torch.withGradients(
            false,
            () ->
                task.conditioner()
                    .initialise(
                        task.frozen(),
                        RandomStreams.open(RandomStreams.derive(seed(), "initialise"))));
    parameters.asMap().values().forEach(array -> array.attach(manager));
    this.enumerated =
        options.responses() == ResponseSource.ENUMERATED
            ? Optional.of(
                new EnumeratedResponses(generator, reference.vocabulary(), task.maxNewTokens()))
            : Optional.empty();
  }

  /**
   * The prompts and weightings of a step; each weighting has an equal part of the prompts.
   *
   * @param step counted from 1
   * @param prompts all prompts, part after part
   * @param weightings one per part
   */
  public record Draw(int step, List<Prompt> prompts, List<Weighting> weightings) {

    int promptsPerPart() {
      return prompts.size() / weightings.size();
    }
  }

  /** The responses at one weighting of a step; the scope owns what the policy is bound to. */
  private record Responses(
      NDManager scope,
      Weighting weighting,
      Policy policy,
      List<Rollout> rollouts,
      Scoring.Scores scores) {}

  @Override
  public UnitName unit() {
    return task.unit();
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public Draw batch(int step) {
    List<Weighting> weightings = new ArrayList<>();
    for (int part = 0; part < options.weightingsPerStep(); part++) {
      weightings.add(
          task.sampler().sample(RandomStreams.open(RandomStreams.derive(seed(), "w", step, part))));
    }
    return new Draw(step, order.ofStep(step, options.promptsPerStep()), weightings);
  }

  /** Gets and scores responses, and averages the gradients at all weightings. */
  @Override
  public Gradient<StepReport> gradient(NDManager scope, Draw draw) {
    int parts = draw.weightings().size();
    List<StepReport.Part> reports = new ArrayList<>();
    NDList total = null;
    Responses next = respond(scope, draw, 0);
    for (int part = 0; part < parts; part++) {
      Responses responses = next;
      // Nothing moves before the step's end, so that the next part can be sampled while rewards,
      // which may be slow, score this one.
      if (part + 1 < parts) {
        next = respond(scope, draw, part + 1);
      }
      try (NDManager partScope = responses.scope()) {
        Returns returns = returns(partScope, responses, draw.promptsPerPart());
        NDList gradient =
            gradient(
                partScope,
                responses.policy(),
                parameters,
                generator.prompts().batches(responses.policy(), responses.rollouts()),
                returns.probabilities(),
                advantages(returns));
        total = accumulate(scope, total, gradient);
        reports.add(report(responses, returns));
      }
    }
    for (NDArray gradient : total) {
      gradient.divi(parts);
    }
    return new Gradient<>(
        total, taken -> new StepReport(taken.step(), taken.learningRate(), taken.norm(), reports));
  }

  /** Gets the responses of one part of a step's prompts and begins to score them. */
  private Responses respond(NDManager scope, Draw draw, int part) {
    Weighting weighting = draw.weightings().get(part);
    NDManager partScope = scope.newSubManager();
    Policy policy =
        Conditioning.condition(
            partScope, task.conditioner(), task.frozen(), parameters, weighting, true);
    int from = part * draw.promptsPerPart();
    int to = from + draw.promptsPerPart();
    List<Rollout> rollouts =
        enumerated.isPresent()
            ? enumerated.get().of(partScope, policy, draw.prompts().subList(from, to))
            : generator.generate(partScope, requests(policy, draw, from, to));
    return new Responses(partScope, weighting, policy, rollouts, scoring.begin(rollouts));
  }

  /** Returns the requests of one part of a step's prompts. */
  private List<Request> requests(Policy policy, Draw draw, int from, int to) {
    SamplingOptions sampling = SamplingOptions.faithful(task.maxNewTokens());
    List<Request> requests = new ArrayList<>();
    for (int at = from; at < to; at++) {
      Prompt prompt = draw.prompts().get(at);
      // Few examples come round more than once in a step; each time draws streams of its own.
      int first =
          Collections.frequency(draw.prompts().subList(0, at), prompt) * options.samplesPerPrompt();
      for (int sample = first; sample < first + options.samplesPerPrompt(); sample++) {
        long stream =
            RandomStreams.derive(seed(), "rollout", draw.step(), prompt.example().id(), sample);
        requests.add(new Request(policy, prompt.example(), prompt.tokens(), sampling, stream));
      }
    }
    return requests;
  }

  /**
   * What the responses at one weighting are worth.
   *
   * @param probabilities the weight of each response in the expectation, summing to one
   * @param raw [responses][objectives] the rewards as they were scored
   * @param logRatios {@code log(pi(y|x) / pi_ref(y|x))} of each response
   * @param values {@code (1 - alpha) s(R) - alpha log-ratio} of each response
   * @param magnitudes the size of what each value is a sum of, which its rounding is in proportion
   *     to
   */
  @SuppressWarnings("ArrayRecordComponent") // Passed on within the step, never compared.
  private record Returns(
      double[] probabilities,
      float[][] raw,
      double[] logRatios,
      double[] values,
      double[] magnitudes) {}

  private Returns returns(NDManager scope, Responses responses, int prompts) {
    Weighting weighting = responses.weighting();
    double[] logRatios = logRatios(scope, responses.rollouts());
    float[][] raw = responses.scores().await();
    double[] probabilities = probabilities(responses.rollouts(), prompts);
    float[][] rewards = Arrays.stream(raw).map(this::normalise).toArray(float[][]::new);
    double[] values =
        ScalarRewards.of(options.scalarize(), task.scalarizer(), weighting, rewards, probabilities);
    double[] magnitudes = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      double logProbability = responses.rollouts().get(i).logProbability();
      magnitudes[i] =
          (1 - weighting.klCoefficient()) * Math.abs(values[i])
              + weighting.klCoefficient() * (Math.abs(logProbability) + Math.abs(logRatios[i]));
      values[i] =
          (1 - weighting.klCoefficient()) * values[i] - weighting.klCoefficient() * logRatios[i];
    }
    return new Returns(probabilities, raw, logRatios, values, magnitudes);
  }

  private double[] advantages(Returns returns) {
    return enumerated.isPresent()
        ? Advantages.exact(returns.values(), returns.magnitudes(), returns.probabilities())
        : Advantages.of(options, returns.values(), returns.magnitudes(), returns.probabilities());
  }

  /**
   * Returns the gradient of {@code -sum_i probabilities[i] * advantages[i] * log pi(y_i|x_i)}, one
   * array per parameter.
   *
   * @param batches the responses as each of the policy's terms reads them
   */
  static NDList gradient(
      NDManager manager,
      Policy policy,
      Parameters parameters,
      List<TokenBatch> batches,
      double[] probabilities,
      double[] advantages) {
    float[] coefficients = new float[batches.get(0).scoredTokens()];
    int at = 0;
    for (int i = 0; i < probabilities.length; i++) {
      for (int token = 0; token < batches.get(0).scored().get(i); token++) {
        coefficients[at++] = (float) (-probabilities[i] * advantages[i]);
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

  /** Returns {@code log(pi(y|x) / pi_ref(y|x))} of every rollout. */
  private double[] logRatios(NDManager manager, List<Rollout> rollouts) {
    double[] logRatios = PolicyLoss.logProbabilities(manager, reference, rollouts);
    for (int i = 0; i < logRatios.length; i++) {
      logRatios[i] = rollouts.get(i).logProbability() - logRatios[i];
    }
    return logRatios;
  }

  /** Returns the weight of each rollout in the expectation over prompts and responses. */
  private double[] probabilities(List<Rollout> rollouts, int prompts) {
    return rollouts.stream()
        .mapToDouble(
            rollout ->
                enumerated.isPresent()
                    ? Math.exp(rollout.logProbability()) / prompts
                    : 1.0 / rollouts.size())
        .toArray();
  }

  private float[] normalise(float[] raw) {
    return task.calibration()
        .map(calibration -> Objectives.normalise(raw, calibration))
        .orElse(raw);
  }

  private StepReport.Part report(Responses responses, Returns returns) {
    double[] probabilities = returns.probabilities();
    float[] rewards = new float[returns.raw()[0].length];
    List<Double> exact = new ArrayList<>();
    for (int objective = 0; objective < rewards.length; objective++) {
      int column = objective;
      exact.add(mean(probabilities, i -> returns.raw()[i][column]));
      rewards[objective] = exact.get(objective).floatValue();
    }
    List<Rollout> rollouts = responses.rollouts();
    return new StepReport.Part(
        responses.weighting(),
        exact,
        Floats.asList(normalise(rewards)),
        mean(probabilities, i -> returns.logRatios()[i]),
        mean(probabilities, i -> returns.values()[i]),
        mean(probabilities, i -> rollouts.get(i).response().length()),
        enumerated.isPresent()
            ? OptionalDouble.empty()
            : Diversity.distinct(2, rollouts.stream().map(Rollout::text).toList()));
  }

  private static double mean(double[] probabilities, IntToDoubleFunction value) {
    return IntStream.range(0, probabilities.length)
        .mapToDouble(i -> probabilities[i] * value.applyAsDouble(i))
        .sum();
  }

  @Override
  public Class<StepReport> stepType() {
    return StepReport.class;
  }

  @Override
  public Map<String, Double> metrics(StepReport step) {
    return step.metrics(task.objectives().names());
  }

  /** Tells the sampler and the scalarizer what a step achieved. */
  @Override
  public void observe(StepReport step) {
    for (StepReport.Part part : step.parts()) {
      float[] rewards = Floats.toArray(part.normalised());
      task.sampler().observe(part.weighting(), rewards, part.klDivergence());
      task.scalarizer().observe(part.weighting(), rewards);
    }
  }

  /**
   * Draws a step's weightings once more and tells what they achieved, so that sampler and
   * scalarizer stand where they stood: a sampler may remember what it drew.
   */
  @Override
  public void replay(StepReport logged) {
    List<Weighting> drawn = batch(logged.step()).weightings();
    List<Weighting> found = logged.parts().stream().map(StepReport.Part::weighting).toList();
    if (!drawn.equals(found)) {
      throw new UserException(
          "expected the weightings "
              + drawn
              + " at step "
              + logged.step()
              + ", which the sampler draws, but found "
              + found
              + "; resume with the plugin that the run began with, or delete the folder");
    }
    observe(logged);
  }

  private long seed() {
    return task.unit().seed();
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
