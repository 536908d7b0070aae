package dev.clp.runtime.rollout;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Model;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import dev.clp.runtime.engine.GraphScope;
import dev.clp.runtime.engine.Torch;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Supplier;

/** Conditions policies so that it is plain who owns the arrays that a mechanism computes. */
public final class Conditioning {

  private Conditioning() {}

  /**
   * Returns the policy of a weighting, its sums evaluated.
   *
   * @param manager owns the {@link Policy#arrays} that did not exist before, so that closing it
   *     ends the policy; what else the mechanism computed is closed
   * @param gradients whether the policy shall be differentiable in {@code parameters}
   */
  public static Policy condition(
      NDManager manager,
      Conditioner conditioner,
      FrozenModels frozen,
      Parameters parameters,
      Weighting weighting,
      boolean gradients) {
    return condition(
        manager,
        frozen,
        parameters,
        gradients,
        () -> conditioner.condition(frozen, parameters, weighting).evaluated());
  }

  /**
   * Returns the policy of a weighting with its sums as they are.
   *
   * @param manager owns the {@link Policy#arrays} that did not exist before; none of them is large
   */
  public static Policy unevaluated(
      NDManager manager,
      Conditioner conditioner,
      FrozenModels frozen,
      Parameters parameters,
      Weighting weighting) {
    return condition(
        manager,
        frozen,
        parameters,
        false,
        () -> conditioner.condition(frozen, parameters, weighting));
  }

  /**
   * Returns the policy of a weighting to be sampled from alone: with its sums as they are where a
   * {@link DecodingSession} can decode it beside the same mechanism's policies of other weightings,
   * else with its sums evaluated.
   *
   * @param manager owns the {@link Policy#arrays} that did not exist before
   */
  public static Policy forDecoding(
      NDManager manager,
      Conditioner conditioner,
      FrozenModels frozen,
      Parameters parameters,
      Weighting weighting) {
    return condition(
        manager,
        frozen,
        parameters,
        false,
        () -> {
          Policy policy = conditioner.condition(frozen, parameters, weighting);
          return DecodingSession.sharesArrays(policy) ? policy : policy.evaluated();
        });
  }

  private static Policy condition(
      NDManager manager,
      FrozenModels frozen,
      Parameters parameters,
      boolean gradients,
      Supplier<Policy> conditioned) {
    return Torch.withGradients(
        gradients,
        () -> {
          try (GraphScope scope = new GraphScope(manager)) {
            scope.suppressNotUsedWarning();
            Set<NDArray> existing = existing(frozen, parameters);
            Policy policy = conditioned.get();
            for (NDArray array : policy.arrays()) {
              if (!existing.contains(array)) {
                NDScope.unregister(array);
                array.attach(manager);
              }
            }
            return policy;
          }
        });
  }

  /** Returns the arrays that have an owner already, by identity: equality compares contents. */
  private static Set<NDArray> existing(FrozenModels frozen, Parameters parameters) {
    Set<NDArray> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
    arrays.addAll(parameters.asMap().values());
    arrays.addAll(frozen.reference().parameters().asMap().values());
    for (Model expert : frozen.experts()) {
      arrays.addAll(expert.parameters().asMap().values());
    }
    return arrays;
  }
}
