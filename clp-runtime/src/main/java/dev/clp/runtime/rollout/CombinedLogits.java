package dev.clp.runtime.rollout;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.Combination;
import dev.clp.api.Policy;
import dev.clp.runtime.engine.GraphScope;
import java.util.List;
import java.util.stream.IntStream;

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
    return combined(manager, policy.combination(), logits);
  }

  /**
   * Combines logits of rows that each have a policy of their own, all of one kind.
   *
   * @param policies one per row; they decode together
   * @param logits per term, [rows, vocabulary]
   */
  static NDArray ofRows(NDManager manager, List<Policy> policies, List<NDArray> logits) {
    Combination first = policies.get(0).combination();
    return combined(
        manager, first instanceof Combination.Linear ? ofRows(policies) : first, logits);
  }

  /** Returns linear combinations with coefficients of their own for each row. */
  private static Combination.Custom ofRows(List<Policy> policies) {
    List<List<Double>> coefficients =
        policies.stream()
            .map(policy -> ((Combination.Linear) policy.combination()).coefficients())
            .toList();
    return logits ->
        IntStream.range(0, logits.size())
            .mapToObj(
                term -> {
                  float[] column = new float[coefficients.size()];
                  for (int row = 0; row < column.length; row++) {
                    column[row] = coefficients.get(row).get(term).floatValue();
                  }
                  NDArray own = logits.get(term);
                  return own.mul(own.getManager().create(column, new Shape(column.length, 1)));
                })
            .reduce(NDArray::add)
            .orElseThrow();
  }

  private static NDArray combined(
      NDManager manager, Combination combination, List<NDArray> logits) {
    if (combination instanceof Combination.Single) {
      return logits.get(0);
    }
    try (GraphScope scope = new GraphScope(manager)) {
      scope.suppressNotUsedWarning();
      NDArray combined = combination.combine(logits);
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
