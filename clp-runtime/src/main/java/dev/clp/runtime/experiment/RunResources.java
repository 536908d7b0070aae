package dev.clp.runtime.experiment;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Calibration;
import dev.clp.api.Example;
import dev.clp.api.FrozenModels;
import dev.clp.api.Model;
import dev.clp.api.Weighting;
import dev.clp.runtime.config.ComponentSpec;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.data.Examples;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.evaluate.Sweep;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.rollout.FrozenModelsCheck;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.Prompts;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.scoring.Objectives;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the units of a run share within one process: the reference, the rewards and the prompts, all
 * rebuilt from the run's folder alone.
 */
final class RunResources implements AutoCloseable {

  private final Experiment experiment;
  private final RunFolder folder;
  private final NDManager manager;
  private final RunRewards rewards;
  private final ModelFolder reference;
  private final FrozenModelsCheck untouched;
  private final TextTokenizer tokenizer;
  private final Generator generator;
  private final List<String> notices;
  private final Prompts trainingPrompts;
  private final Prompts calibrationPrompts;
  private final Prompts evaluationPrompts;

  RunResources(Experiment experiment, RunFolder folder) {
    this.experiment = experiment;
    this.folder = folder;
    this.manager = Torch.newManager();
    this.rewards = new RunRewards(experiment, folder);
    this.reference = ModelFolder.read(manager, experiment.model());
    this.untouched = new FrozenModelsCheck(new FrozenModels(reference.model(), List.of()));
    // A rendered conversation holds its special tokens already.
    this.tokenizer =
        experiment.data().messages().isPresent()
            ? reference.tokenizer().withoutAdded()
            : reference.tokenizer();
    this.generator = Generator.of(reference, tokenizer);
    Examples examples = Examples.read(experiment.data(), experiment.model());
    this.trainingPrompts = prompts(examples.training());
    this.calibrationPrompts = prompts(examples.calibration());
    this.evaluationPrompts = prompts(examples.evaluation());
    this.notices =
        Stream.of(
                reference.notices(),
                examples.notices(),
                trainingPrompts.doubledBeginning(reference.tokens()).stream().toList())
            .flatMap(List::stream)
            .toList();
  }

  Experiment experiment() {
    return experiment;
  }

  RunFolder folder() {
    return folder;
  }

  /** Returns the manager of the reference's arrays, a parent for those of units. */
  NDManager manager() {
    return manager;
  }

  /** Creates a component, which is closed with these resources if it can be. */
  <T> T create(ComponentSpec<T> spec) {
    return rewards.create(spec);
  }

  Objectives objectives() {
    return rewards.objectives();
  }

  /** Returns what a user might not assume of model and data, one sentence each. */
  List<String> notices() {
    return notices;
  }

  /** Returns how many texts the rewards' networks have read only in part, one sentence each. */
  List<String> cutTexts() {
    return rewards.cutTexts();
  }

  ModelFolder reference() {
    return reference;
  }

  /**
   * Returns a check that the reference, which several units share, is as it was read, and that
   * experts are as they are now.
   */
  FrozenModelsCheck untouched(List<? extends Model> experts) {
    return untouched.withExperts(experts);
  }

  Generator generator() {
    return generator;
  }

  Prompts trainingPrompts() {
    return trainingPrompts;
  }

  /** Returns the policies as far as they are trained. */
  TrainedPolicies policies() {
    return new TrainedPolicies(folder, experiment, rewards.context(), reference);
  }

  /** Returns how rewards are normalised in training; empty for raw rewards. */
  Optional<List<Calibration>> calibration() {
    return experiment.normalise() ? Optional.of(folder.calibration()) : Optional.empty();
  }

  /** Returns what samples responses to the examples of calibration. */
  Sweep calibrationSweep(int samplesPerExample) {
    return sweep(calibrationPrompts, faithful(), samplesPerExample);
  }

  /** Returns what samples responses to the examples of evaluation. */
  Sweep evaluationSweep(SamplingOptions sampling, int samplesPerExample) {
    return sweep(evaluationPrompts, sampling, samplesPerExample);
  }

  /** Returns the options that sample from a policy itself. */
  SamplingOptions faithful() {
    return SamplingOptions.faithful(experiment.rollout().maxNewTokens());
  }

  /** Returns the weighting of equal weights at the first KL coefficient of the evaluation. */
  Weighting balanced() {
    return Weighting.balanced(
        experiment.objectives().size(), experiment.evaluation().klCoefficients().get(0));
  }

  private Sweep sweep(Prompts prompts, SamplingOptions sampling, int samplesPerExample) {
    return new Sweep(
        generator,
        reference.model(),
        rewards.objectives(),
        prompts,
        samplesPerExample,
        sampling,
        experiment.rollout().batch());
  }

  private Prompts prompts(List<Example> examples) {
    return Prompts.of(
        examples,
        tokenizer,
        experiment.data().promptTokens(),
        reference.model(),
        experiment.rollout().maxNewTokens());
  }

  @Override
  public void close() {
    // Each is closed, whatever the others throw.
    try (manager;
        reference) {
      rewards.close();
    }
  }
}
