package dev.clp.runtime.sft;

/**
 * The lowest validation loss so far.
 *
 * @param step the step after which it was measured; 0 before the first evaluation
 * @param loss the loss in nats per learned token
 * @param evaluationsSince how many evaluations followed without a lower one
 */
record BestLoss(int step, double loss, int evaluationsSince) {

  static final BestLoss NONE = new BestLoss(0, Double.POSITIVE_INFINITY, 0);

  /** Returns the lowest loss after one more step, which may or may not have been evaluated. */
  BestLoss after(FinetuningStep event) {
    if (event.validationLoss().isEmpty()) {
      return this;
    }
    double found = event.validationLoss().getAsDouble();
    return found < loss
        ? new BestLoss(event.step(), found, 0)
        : new BestLoss(step, loss, evaluationsSince + 1);
  }
}
