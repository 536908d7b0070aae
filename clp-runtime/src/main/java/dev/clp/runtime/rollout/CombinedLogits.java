package dev.clp.runtime.rollout;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.clp.api.Combination;
import dev.clp.api.Policy;
import dev.clp.runtime.engine.GraphScope;
import java.util.List;

/** The one place where a policy's terms become its logits, in sampling and in the loss alike. */
final class CombinedLogits {

  private CombinedLogits() {}

  /**
   * Combines the logits of a policy's terms.
   *
   * @param manager owns the result and keeps what a gradient still reads; what else the combination
   *     created is closed
   * @param logits per term, [tokens, vocabulary]
   * @return [tokens, vocabulary]; of a policy of one term, the term's own array
   */
  static NDArray of(NDManager manager, Policy policy, List<NDArray> logits) {
    if (policy.combination() instanceof Combination.Single) {
      return logits.get(0);
    }
    try (GraphScope scope = new GraphScope(manager)) {
      scope.suppressNotUsedWarning();
      NDArray combined = policy.combination().combine(logits);
      if (!combined.getShape().equals(logits.get(0).getShape())) {
        throw new IllegalStateException(
            "the policy's combination of logits must return the shape "
                + logits.get(0).getShape()
                + " of each term, but returned "
                + combined.getShape());
      }
      NDScope.unregister(combined);
      combined.attach(manager);
      return combined;
    }
  }
}
