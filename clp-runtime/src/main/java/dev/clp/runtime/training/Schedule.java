package dev.clp.runtime.training;

import dev.clp.runtime.config.OptimizerOptions;
import java.util.Optional;

/**
 * How long training goes on, and how often it pauses.
 *
 * @param steps the last step
 * @param optimizer rates and decays
 * @param checkpointEvery steps between checkpoints; the last step always writes one
 * @param validation when to validate; absent to keep the parameters of the last step
 */
public record Schedule(
    int steps, OptimizerOptions optimizer, int checkpointEvery, Optional<Validation> validation) {

  /**
   * When to measure the loss on validation examples; after the last step it is always measured.
   *
   * @param every steps between evaluations
   * @param patience evaluations in a row without a new lowest loss after which training stops;
   *     never if absent
   */
  public record Validation(int every, Optional<Integer> patience) {}

  boolean isValidated(int step) {
    return validation.isPresent() && (step % validation.get().every() == 0 || isLast(step));
  }

  boolean isOutOfPatience(BestLoss best) {
    return validation
        .flatMap(Validation::patience)
        .filter(patience -> best.evaluationsSince() >= patience)
        .isPresent();
  }

  /** Returns the learning rate of a step. */
  double learningRate(int step) {
    return LearningRate.at(step, steps, optimizer);
  }

  boolean isLast(int step) {
    return step == steps;
  }
}
