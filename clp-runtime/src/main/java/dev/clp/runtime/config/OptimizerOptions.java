package dev.clp.runtime.config;

import dev.clp.runtime.config.TrainingOptions.Decay;

/** What an optimizer needs to know, whatever is optimised. */
public interface OptimizerOptions {

  /** Returns the number of optimizer steps. */
  int steps();

  /** Returns the learning rate after warm-up. */
  double learningRate();

  /** Returns the number of steps over which the learning rate rises linearly from zero. */
  int warmupSteps();

  /** Returns how the learning rate falls after warm-up. */
  Decay decay();

  /** Returns the learning rate of the last step, as a fraction of {@link #learningRate}. */
  double finalLearningRateFraction();

  /** Returns the decoupled weight decay (AdamW), per step and unit of learning rate. */
  double weightDecay();

  /** Returns Adam's decay of the gradient's mean. */
  double beta1();

  /** Returns Adam's decay of the gradient's second moment. */
  double beta2();

  /** Returns what Adam adds to the denominator. */
  double epsilon();

  /** Returns the largest norm of the whole gradient. */
  double clipNorm();
}
