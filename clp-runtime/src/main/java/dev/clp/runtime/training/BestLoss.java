package dev.clp.runtime.training;

import java.util.Map;

/**
 * The lowest validation loss so far.
 *
 * @param step the step after which it was measured; 0 before the first evaluation
 * @param loss the loss, in the learner's unit
 * @param evaluationsSince how many evaluations followed without a lower one
 */
record BestLoss(int step, double loss, int evaluationsSince) {

  static final BestLoss NONE = new BestLoss(0, Double.POSITIVE_INFINITY, 0);

  /** Returns the lowest loss after one more step, which may or may not have been evaluated. */
  BestLoss after(int taken, Map<String, Double> metrics) {
    Double found = metrics.get(Learner.VALIDATION_LOSS);
    if (found == null) {
      return this;
    }
    return found < loss
        ? new BestLoss(taken, found, 0)
        : new BestLoss(step, loss, evaluationsSince + 1);
  }
}
