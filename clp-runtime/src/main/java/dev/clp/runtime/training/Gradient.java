package dev.clp.runtime.training;

import ai.djl.ndarray.NDList;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * The gradient on a batch, and what the batch showed.
 *
 * @param arrays one per parameter, in order
 * @param report turns what the loop knows of the step into the learner's record of it
 * @param <S> the learner's record
 */
public record Gradient<S>(NDList arrays, Function<Taken, S> report) {

  /**
   * What the loop knows of a step that was taken.
   *
   * @param step counted from 1
   * @param learningRate the learning rate of this step
   * @param norm the gradient's global norm before clipping
   * @param seconds the wall-clock time from batch to optimizer, validation not counted
   * @param validationLoss the loss on validation examples after the step, if it was measured
   */
  public record Taken(
      int step, double learningRate, double norm, double seconds, OptionalDouble validationLoss) {}
}
