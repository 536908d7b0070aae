package dev.clp.runtime.training;

import dev.clp.runtime.config.OptimizerOptions;

/**
 * The learning rate of every step: a linear rise to the peak, then a fall towards a fraction of it.
 *
 * <p>The first step behind the warm-up has the peak, and the fraction would be reached one step
 * behind the last, so that every step moves the parameters, a single one too.
 */
public final class LearningRate {

  private LearningRate() {}

  /**
   * Returns the learning rate of a step, above 0.
   *
   * @param step counted from 1
   * @param steps the last step
   */
  public static double at(int step, int steps, OptimizerOptions options) {
    if (step <= options.warmupSteps()) {
      return options.learningRate() * step / options.warmupSteps();
    }
    double progress = (step - 1 - options.warmupSteps()) / (double) (steps - options.warmupSteps());
    double left =
        switch (options.decay()) {
          case COSINE -> (1 + Math.cos(Math.PI * progress)) / 2;
          case LINEAR -> 1 - progress;
          case NONE -> 1;
        };
    double floor = options.finalLearningRateFraction();
    return options.learningRate() * (floor + (1 - floor) * left);
  }
}
