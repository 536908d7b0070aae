package dev.clp.runtime.experiment;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.RunListener;
import dev.clp.api.Scalarizer;
import dev.clp.api.WeightSampler;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.config.TrainingOptions;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.policygradient.FinetunedCopy;
import dev.clp.runtime.policygradient.PolicyGradient;
import dev.clp.runtime.policygradient.PolicyGradientTask;
import dev.clp.runtime.rollout.FrozenModelsCheck;
import dev.clp.runtime.scoring.Scoring;
import dev.clp.runtime.training.Schedule;
import dev.clp.runtime.training.TrainingLoop;
import dev.clp.runtime.unit.Unit;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The units that train: experts, which policies share, and policies. */
record Training(RunResources resources, RunListener listener) {

  /** What one unit trains. */
  private record Mechanism(
      Conditioner conditioner, FrozenModels frozen, WeightSampler sampler, Scalarizer scalarizer) {}

  void train(Unit.TrainExpert unit) {
    Experiment experiment = resources.experiment();
    train(
        unit,
        resources.folder().expert(unit.weighting(), unit.seed()),
        experiment.experts(),
        new Mechanism(
            new FinetunedCopy(),
            new FrozenModels(resources.reference().model(), List.of()),
            random -> unit.weighting(),
            resources.create(experiment.scalarizer())));
  }

  void train(Unit.TrainPolicy unit) {
    Experiment.PolicySpec spec = resources.experiment().policies().get(unit.policy());
    try (NDManager manager = resources.manager().newSubManager()) {
      Conditioner conditioner = resources.create(spec.conditioner());
      FrozenModels frozen = resources.policies().frozen(manager, conditioner, unit.seed());
      if (TrainedPolicies.isTrained(conditioner, frozen)) {
        train(
            unit,
            resources.folder().policy(unit.policy(), unit.seed()),
            spec.training(),
            new Mechanism(
                conditioner,
                frozen,
                resources.create(spec.sampler()),
                resources.create(spec.scalarizer())));
      }
    }
  }

  private void train(Unit unit, Path path, TrainingOptions options, Mechanism mechanism) {
    PolicyGradientTask task =
        new PolicyGradientTask(
            unit.name(),
            mechanism.conditioner(),
            mechanism.frozen(),
            mechanism.sampler(),
            mechanism.scalarizer(),
            resources.objectives(),
            resources.calibration(),
            resources.trainingPrompts(),
            resources.experiment().rollout().maxNewTokens(),
            options.learner());
    FrozenModelsCheck untouched = resources.untouched(mechanism.frozen().experts());
    try (NDManager manager = resources.manager().newSubManager();
        Scoring scoring = new Scoring(task.objectives())) {
      TrainingLoop.train(
          manager,
          path,
          new PolicyGradient(manager, task, resources.generator(), scoring),
          new Schedule(
              options.steps(), options.optimizer(), options.checkpointEvery(), Optional.empty()),
          listener);
    }
    try {
      String suspect = "the conditioner of " + unit.name() + " or of a unit beside it";
      untouched.verify(suspect);
    } catch (UserException e) {
      // What was learnt from a changed reference must not pass for done when the run is resumed.
      resources.folder().delete(path);
      throw e;
    }
    resources.folder().commit(path);
  }
}
