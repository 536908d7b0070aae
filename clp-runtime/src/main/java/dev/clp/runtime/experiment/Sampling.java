package dev.clp.runtime.experiment;

import ai.djl.ndarray.NDManager;
import dev.clp.api.FrozenModels;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.RunEvent;
import dev.clp.api.RunListener;
import dev.clp.api.Sample;
import dev.clp.api.Weighting;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.config.ResponseSource;
import dev.clp.runtime.diagnostics.RewardDiagnostics;
import dev.clp.runtime.evaluate.Sweep;
import dev.clp.runtime.experiment.TrainedPolicies.TrainedPolicy;
import dev.clp.runtime.rollout.FrozenModelsCheck;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.unit.Unit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The units that sample: the reference for calibration, then every policy along its front. */
record Sampling(RunResources resources, RunListener listener) {

  /** Responses per example whose rewards are the calibration. */
  private static final int CALIBRATION_SAMPLES = 4;

  /** Measures the rewards' distributions under the reference, and says what is out of order. */
  void calibrate(Unit.Calibrate unit) {
    List<Sample> samples =
        resources
            .calibrationSweep(CALIBRATION_SAMPLES)
            .sample(
                resources.manager(),
                Policy.of(resources.reference().model()),
                Sample.REFERENCE,
                unit.seed(),
                resources.balanced());
    float[][] scores = samples.stream().map(Sampling::scores).toArray(float[][]::new);
    RunFolder folder = resources.folder();
    var calibration = resources.objectives().calibrate(scores);
    folder.writeCalibrationSamples(samples);
    folder.writeCalibration(calibration);
    Stream.concat(
            RewardDiagnostics.of(resources.objectives().names(), samples).warnings().stream(),
            resources.cutTexts().stream())
        .forEach(line -> listener.on(new RunEvent.Warned(Instant.now(), line)));
  }

  private static float[] scores(Sample sample) {
    float[] scores = new float[sample.scores().size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = sample.scores().get(i).floatValue();
    }
    return scores;
  }

  /** Takes a policy's responses at every weighting of the unit, and stores them together. */
  void sample(Unit.SamplePolicy unit) {
    Experiment experiment = resources.experiment();
    Sweep sweep =
        resources.evaluationSweep(
            SamplingOptions.of(experiment.rollout()), experiment.evaluation().samplesPerExample());
    try (NDManager manager = resources.manager().newSubManager()) {
      TrainedPolicy policy = policy(manager, unit);
      FrozenModelsCheck untouched = resources.untouched(policy.frozen().experts());
      List<Sample> samples = new ArrayList<>();
      for (Weighting weighting : unit.weightings()) {
        List<Sample> some = sample(manager, sweep, policy, unit, weighting);
        samples.addAll(some);
        listener.on(
            new RunEvent.EvaluationCompleted(Instant.now(), unit.name(), weighting, metrics(some)));
      }
      String suspect = "the conditioner of '" + unit.policy() + "' or of a policy beside it";
      untouched.verify(suspect);
      resources.folder().writeSamples(unit.policy(), unit.seed(), samples);
    }
  }

  private List<Sample> sample(
      NDManager manager,
      Sweep sweep,
      TrainedPolicy policy,
      Unit.SamplePolicy unit,
      Weighting weighting) {
    try (NDManager scope = manager.newSubManager()) {
      Policy conditioned = policy.at(scope, weighting);
      return resources.experiment().evaluation().responses() == ResponseSource.ENUMERATED
          ? sweep.enumerate(scope, conditioned, unit.policy(), unit.seed(), weighting)
          : sweep.sample(scope, conditioned, unit.policy(), unit.seed(), weighting);
    }
  }

  private TrainedPolicy policy(NDManager manager, Unit.SamplePolicy unit) {
    return unit.policy().equals(Sample.REFERENCE)
        ? new TrainedPolicy(
            (frozen, parameters, weighting) -> Policy.of(frozen.reference()),
            new FrozenModels(resources.reference().model(), List.of()),
            Parameters.none())
        : resources.policies().read(manager, unit.policy(), unit.seed());
  }

  /** Means over the responses, by the names that training gives the same things. */
  private Map<String, Double> metrics(List<Sample> samples) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    if (resources.experiment().evaluation().responses() == ResponseSource.ENUMERATED) {
      // All responses there are: their plain mean says nothing.
      return metrics;
    }
    List<String> names = resources.objectives().names();
    for (int i = 0; i < names.size(); i++) {
      int objective = i;
      metrics.put(
          "reward." + names.get(i),
          samples.stream().mapToDouble(s -> s.scores().get(objective)).average().orElseThrow());
    }
    metrics.put(
        "response-tokens", samples.stream().mapToDouble(Sample::tokens).average().orElseThrow());
    return metrics;
  }
}
