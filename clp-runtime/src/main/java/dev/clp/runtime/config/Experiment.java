package dev.clp.runtime.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.Evaluator;
import dev.clp.api.KlRange;
import dev.clp.api.RewardModel;
import dev.clp.api.RunListener;
import dev.clp.api.Scalarizer;
import dev.clp.api.TextClassifiers;
import dev.clp.api.WeightSampler;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A validated experiment: what {@link ExperimentFile} makes of a file.
 *
 * @param name a file-name-safe name
 * @param description what the report says of it; may be empty
 * @param seeds distinct, at least one; every policy is trained once per seed
 * @param reference the reference model
 * @param threads engine threads per worker, at least one; chosen for the machine if absent
 * @param workers units trained at once, at least one; chosen for the machine if absent
 * @param data where examples come from
 * @param objectives the rewards by objective, at least one, in the order of the names
 * @param normalise whether rewards are scaled by their mean and standard deviation under the
 *     reference
 * @param klCoefficients the KL coefficients to train under
 * @param sampler what draws the weightings of training, unless a policy has its own
 * @param scalarizer what combines the rewards into one number, unless a policy has its own;
 *     experts, which policies share, always take this one
 * @param rollout how responses are sampled
 * @param training how policies are trained, unless a policy has its own
 * @param experts how experts are trained
 * @param policies the mechanisms to compare by the policy's name, at least one
 * @param evaluation how policies are evaluated
 * @param listeners what watches the run, by name
 * @param plugins where components come from beside the installation, and which may
 */
public record Experiment(
    String name,
    String description,
    List<Long> seeds,
    ModelOptions reference,
    Optional<Integer> threads,
    Optional<Integer> workers,
    DataOptions data,
    SortedMap<String, ComponentSpec<RewardModel>> objectives,
    boolean normalise,
    KlRange klCoefficients,
    ComponentSpec<WeightSampler> sampler,
    ComponentSpec<Scalarizer> scalarizer,
    RolloutOptions rollout,
    TrainingOptions training,
    TrainingOptions experts,
    SortedMap<String, PolicySpec> policies,
    EvaluationPlan evaluation,
    SortedMap<String, ComponentSpec<RunListener>> listeners,
    PluginOptions plugins) {

  public Experiment {
    seeds = List.copyOf(seeds);
    objectives = Collections.unmodifiableSortedMap(new TreeMap<>(objectives));
    policies = Collections.unmodifiableSortedMap(new TreeMap<>(policies));
    listeners = Collections.unmodifiableSortedMap(new TreeMap<>(listeners));
  }

  /**
   * A policy to train.
   *
   * @param conditioner its mechanism
   * @param training how it is trained, the policy's overrides applied
   * @param sampler what draws the weightings of its training, the policy's overrides applied
   * @param scalarizer what combines the rewards of its training, the policy's overrides applied
   */
  public record PolicySpec(
      ComponentSpec<Conditioner> conditioner,
      TrainingOptions training,
      ComponentSpec<WeightSampler> sampler,
      ComponentSpec<Scalarizer> scalarizer) {}

  /**
   * How policies are evaluated.
   *
   * @param divisions steps from 0 to 1 of each weight in the grid (Das-Dennis), at least one
   * @param klCoefficients the KL coefficients to evaluate at, distinct, at least one
   * @param responses whether responses are drawn, or all of the policy's are taken
   * @param samplesPerExample responses per example and weighting if they are drawn, at least one
   * @param evaluators what judges the samples, by name, at least one
   */
  public record EvaluationPlan(
      int divisions,
      List<Double> klCoefficients,
      ResponseSource responses,
      int samplesPerExample,
      SortedMap<String, ComponentSpec<Evaluator>> evaluators) {

    public EvaluationPlan {
      klCoefficients = List.copyOf(klCoefficients);
      evaluators = Collections.unmodifiableSortedMap(new TreeMap<>(evaluators));
    }
  }

  /** Returns the reference model's folder, absolute. */
  public Path model() {
    return reference.folder();
  }

  /** Returns what the experiment's components may know of it outside a run. */
  public ComponentContext context() {
    return context(Optional.empty(), TextClassifiers.NONE);
  }

  /**
   * Returns what the components of a run may know and use.
   *
   * @param storage where the run keeps what components want kept; absent if nothing is kept
   * @param classifiers opens classifiers
   */
  public ComponentContext context(Optional<Path> storage, TextClassifiers classifiers) {
    return new ExperimentContext(
        List.copyOf(objectives.keySet()), klCoefficients, storage, classifiers);
  }

  /**
   * Returns the whole configuration, every default written out and every path absolute, as a run's
   * manifest keeps it: {@link ExperimentFile} reads an equal experiment from it.
   */
  public Config resolved() {
    ExperimentOptions options =
        new ExperimentOptions(
            new ExperimentOptions.General(
                Optional.of(name), description, seeds, threads, workers, normalise),
            Optional.of(Sections.MODEL.write(reference)),
            Sections.DATA.write(data),
            Sections.OBJECTIVES.writeAll(objectives),
            Optional.of(Sections.KL.write(klCoefficients)),
            Sections.SAMPLER.write(sampler),
            Sections.SCALARIZER.write(scalarizer),
            Sections.ROLLOUT.write(rollout),
            Sections.TRAINING.write(training),
            Sections.EXPERTS.write(experts),
            Sections.POLICIES.write(policies),
            Sections.EVALUATION.write(evaluation),
            Sections.LISTENERS.writeAll(listeners),
            Sections.PLUGINS.write(plugins));
    return OptionsBinder.render(options).toConfig();
  }

  /** Returns {@link #resolved()} as one line of JSON. */
  public String toJson() {
    return resolved().root().render(ConfigRenderOptions.concise());
  }
}
