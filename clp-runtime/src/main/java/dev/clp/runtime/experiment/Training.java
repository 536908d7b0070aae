package dev.clp.runtime.experiment;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.RunEvent;
import dev.clp.api.RunListener;
import dev.clp.api.Scalarizer;
import dev.clp.api.WeightSampler;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.config.TrainingOptions;
import dev.clp.runtime.training.FinetunedCopy;
import dev.clp.runtime.training.Trainer;
import dev.clp.runtime.training.TrainingTask;
import dev.clp.runtime.unit.Unit;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** The units that train: experts, which policies share, and policies. */
record Training(RunResources resources, RunListener listener) {

  /** What one unit trains. */
  private record Mechanism(
      Conditioner conditioner, FrozenModels frozen, WeightSampler sampler, Scalarizer scalarizer) {}

  void train(Unit.TrainExpert unit) {
    Experiment experiment = resources.experiment();
    train(
        unit,
        unit.seed(),
        resources.folder().expert(unit.weighting(), unit.seed()),
        experiment.experts(),
        new Mechanism(
            new FinetunedCopy(),
            new FrozenModels(resources.reference().model(), List.of()),
            random -> unit.weighting(),
            experiment.scalarizer().create(resources.context())));
  }

  void train(Unit.TrainPolicy unit) {
    Experiment.PolicySpec spec = resources.experiment().policies().get(unit.policy());
    try (NDManager manager = resources.manager().newSubManager()) {
      Conditioner conditioner = spec.conditioner().create(resources.context());
      FrozenModels frozen = resources.policies().frozen(manager, conditioner, unit.seed());
      if (TrainedPolicies.isTrained(conditioner, frozen)) {
        train(
            unit,
            unit.seed(),
            resources.folder().policy(unit.policy(), unit.seed()),
            spec.training(),
            new Mechanism(
                conditioner,
                frozen,
                spec.sampler().create(resources.context()),
                spec.scalarizer().create(resources.context())));
      }
    }
  }

  private void train(
      Unit unit, long seed, Path path, TrainingOptions options, Mechanism mechanism) {
    TrainingTask task =
        new TrainingTask(
            unit.name().toString(),
            seed,
            path,
            mechanism.conditioner(),
            mechanism.frozen(),
            mechanism.sampler(),
            mechanism.scalarizer(),
            resources.objectives(),
            resources.calibration(),
            resources.trainingPrompts(),
            resources.experiment().rollout().maxNewTokens(),
            options);
    new Trainer(task, resources.generator())
        .train(
            report ->
                listener.on(
                    new RunEvent.StepCompleted(
                        Instant.now(),
                        unit.name(),
                        report.step(),
                        options.steps(),
                        report.metrics(resources.objectives().names()))));
    resources.folder().commit(path);
  }
}
