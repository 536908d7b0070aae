package dev.clp.runtime.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import dev.clp.runtime.engine.Torch;

/** Conditions policies so that it is plain who owns the arrays that a mechanism computes. */
public final class Conditioning {

  private Conditioning() {}

  /**
   * Returns the policy of a weighting.
   *
   * @param manager owns the arrays that the policy is bound to and that did not exist before; what
   *     else the mechanism computed is closed
   * @param gradients whether the policy shall be differentiable in {@code parameters}
   */
  public static Policy condition(
      NDManager manager,
      Conditioner conditioner,
      FrozenModels frozen,
      Parameters parameters,
      Weighting weighting,
      boolean gradients) {
    return Torch.withGradients(
        gradients,
        () -> {
          try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            Policy policy = conditioner.condition(frozen, parameters, weighting);
            for (Policy.Term term : policy.terms()) {
              for (NDArray array : term.model().parameters().asMap().values()) {
                // An array that existed before is not in the scope, and keeps its owner.
                if (isNew(array, frozen, parameters)) {
                  NDScope.unregister(array);
                  array.attach(manager);
                }
              }
            }
            return policy;
          }
        });
  }

  private static boolean isNew(NDArray array, FrozenModels frozen, Parameters parameters) {
    return !parameters.asMap().containsValue(array)
        && !frozen.reference().parameters().asMap().containsValue(array)
        && frozen.experts().stream()
            .noneMatch(expert -> expert.parameters().asMap().containsValue(array));
  }
}
