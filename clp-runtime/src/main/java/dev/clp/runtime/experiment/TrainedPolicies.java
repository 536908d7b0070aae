package dev.clp.runtime.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Model;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.rollout.Conditioning;
import dev.clp.runtime.rollout.RandomStreams;
import dev.clp.runtime.training.Checkpoints;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the policies of a run back from their checkpoints. */
public final class TrainedPolicies {

  private final RunFolder folder;
  private final Experiment experiment;
  private final ComponentContext context;
  private final ModelFolder reference;

  /**
   * Reads from a run's folder; {@code reference} must stay open as long as the policies are used.
   *
   * @param context what the policies' conditioners are created with
   */
  public TrainedPolicies(
      RunFolder folder, Experiment experiment, ComponentContext context, ModelFolder reference) {
    this.folder = folder;
    this.experiment = experiment;
    this.context = context;
    this.reference = reference;
  }

  /**
   * A trained policy, to be conditioned.
   *
   * @param conditioner the mechanism
   * @param frozen the models that it builds on
   * @param parameters its own trained parameters
   */
  public record TrainedPolicy(Conditioner conditioner, FrozenModels frozen, Parameters parameters) {

    /** Returns the policy of a weighting, its new arrays owned by {@code manager}. */
    public Policy at(NDManager manager, Weighting weighting) {
      return Conditioning.condition(manager, conditioner, frozen, parameters, weighting, false);
    }

    /**
     * Returns the policy of a weighting with its sums as they are, to be decoded beside others; its
     * new arrays, none of them large, are owned by {@code manager}.
     */
    public Policy unevaluated(NDManager manager, Weighting weighting) {
      return Conditioning.unevaluated(manager, conditioner, frozen, parameters, weighting);
    }
  }

  /**
   * Reads a policy.
   *
   * @param manager owns the arrays
   * @throws UserException if there is no such policy, or it is not trained to its end
   */
  public TrainedPolicy read(NDManager manager, String name, long seed) {
    Experiment.PolicySpec spec = experiment.policies().get(name);
    if (spec == null) {
      throw new UserException(
          folder.path()
              + ": there is no policy '"
              + name
              + "'; the policies are "
              + experiment.policies().keySet());
    }
    requireSeed(seed);
    Conditioner conditioner = spec.conditioner().create(context);
    FrozenModels frozen = frozen(manager, conditioner, seed);
    if (!isTrained(conditioner, frozen)) {
      return new TrainedPolicy(conditioner, frozen, Parameters.none());
    }
    Map<String, NDArray> arrays =
        Checkpoints.trained(manager, folder.policy(name, seed), spec.training().steps())
            .orElseThrow(
                () ->
                    new UserException(
                        folder.path()
                            + ": the policy '"
                            + name
                            + "' is not trained to its end; run 'clp resume "
                            + folder.path()
                            + "'"));
    return new TrainedPolicy(conditioner, frozen, new Parameters(arrays));
  }

  private void requireSeed(long seed) {
    if (!experiment.seeds().contains(seed)) {
      throw new UserException(
          folder.path() + ": there is no seed " + seed + "; the seeds are " + experiment.seeds());
    }
  }

  /** Returns the experts of all policies, by the names of their folders in the run. */
  public Map<String, Weighting> experts() {
    Map<String, Weighting> experts = new LinkedHashMap<>();
    experiment
        .policies()
        .values()
        .forEach(spec -> experts.putAll(experts(spec.conditioner().create(context))));
    return experts;
  }

  /** Returns the experts of one mechanism, by the names of their folders in the run. */
  public Map<String, Weighting> experts(Conditioner conditioner) {
    Map<String, Weighting> experts = new LinkedHashMap<>();
    conditioner
        .experts(experiment.objectives().size())
        .forEach(weighting -> experts.put(RunFolder.expertName(weighting), weighting));
    return experts;
  }

  /**
   * Reads an expert, as a policy that is the same model at every weighting.
   *
   * @param manager owns the arrays
   * @throws UserException if it is not trained to its end
   */
  public TrainedPolicy readExpert(NDManager manager, Weighting weighting, long seed) {
    requireSeed(seed);
    Model expert = expert(manager, weighting, seed);
    return new TrainedPolicy(
        (frozen, parameters, any) -> Policy.of(expert),
        new FrozenModels(reference.model(), List.of(expert)),
        Parameters.none());
  }

  /** Returns the models that a conditioner builds on, its experts read from their checkpoints. */
  FrozenModels frozen(NDManager manager, Conditioner conditioner, long seed) {
    List<Model> experts =
        conditioner.experts(experiment.objectives().size()).stream()
            .map(weighting -> expert(manager, weighting, seed))
            .toList();
    return new FrozenModels(reference.model(), experts);
  }

  private Model expert(NDManager manager, Weighting weighting, long seed) {
    Optional<Map<String, NDArray>> arrays =
        Checkpoints.trained(manager, folder.expert(weighting, seed), experiment.experts().steps());
    return reference
        .model()
        .bind(
            arrays.orElseThrow(
                () ->
                    new UserException(
                        folder.path()
                            + ": the expert at "
                            + weighting
                            + " is not trained to its end; run 'clp resume "
                            + folder.path()
                            + "'")));
  }

  /** Returns whether a mechanism has parameters of its own; asked without keeping any. */
  static boolean isTrained(Conditioner conditioner, FrozenModels frozen) {
    Parameters parameters = conditioner.initialise(frozen, RandomStreams.open(0));
    Map<String, NDArray> arrays = new LinkedHashMap<>(parameters.asMap());
    arrays.values().forEach(NDArray::close);
    return !arrays.isEmpty();
  }
}
