package dev.clp.runtime.training;

import dev.clp.runtime.config.OptimizerOptions;

/** The learning rate of every step: a linear rise, then a fall to a fraction of the peak. */
public final class LearningRate {

  private LearningRate() {}

  /**
   * Returns the learning rate of a step.
   *
   * @param step counted from 1
   * @param steps the last step
   */
  public static double at(int step, int steps, OptimizerOptions options) {
    if (step <= options.warmupSteps()) {
      return options.learningRate() * step / options.warmupSteps();
    }
    double progress =
        (step - options.warmupSteps()) / (double) Math.max(1, steps - options.warmupSteps());
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
