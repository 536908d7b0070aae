package dev.clp.runtime.config;

import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;

/**
 * How AdamW moves parameters, whatever is learnt; the defaults are this project's own, no paper's.
 *
 * @param learningRate the learning rate after warm-up
 * @param warmupSteps steps over which the learning rate rises linearly from zero
 * @param decay how the learning rate falls after warm-up
 * @param finalLearningRateFraction what the learning rate falls towards, as a fraction; it would be
 *     reached one step behind the last
 * @param weightDecay decoupled weight decay (AdamW), per step and unit of learning rate
 * @param beta1 Adam's decay of the gradient's mean
 * @param beta2 Adam's decay of the gradient's second moment
 * @param epsilon what Adam adds to the denominator
 * @param clipNorm the largest norm of the whole gradient
 */
public record OptimizerOptions(
    @Option(value = "Learning rate after warm-up.", defaultsTo = "1e-4") @Positive
        double learningRate,
    @Option(
            value = "Steps over which the learning rate rises linearly from zero.",
            defaultsTo = "10")
        @Min(0)
        int warmupSteps,
    @Option(value = "How the learning rate falls after warm-up.", defaultsTo = "cosine")
        Decay decay,
    @Option(
            value = "What the learning rate falls towards, as a fraction of learning-rate.",
            defaultsTo = "0.0")
        @DecimalMin("0")
        @DecimalMax("1")
        double finalLearningRateFraction,
    @Option(value = "Decoupled weight decay (AdamW).", defaultsTo = "0.0") @PositiveOrZero
        double weightDecay,
    @Option(value = "Adam's decay of the gradient's mean.", defaultsTo = "0.9")
        @DecimalMin("0")
        @DecimalMax(value = "1", inclusive = false)
        double beta1,
    @Option(value = "Adam's decay of the gradient's second moment.", defaultsTo = "0.999")
        @DecimalMin("0")
        @DecimalMax(value = "1", inclusive = false)
        double beta2,
    @Option(value = "What Adam adds to the denominator.", defaultsTo = "1e-8") @Positive
        double epsilon,
    @Option(value = "Largest norm of the whole gradient.", defaultsTo = "1.0") @Positive
        double clipNorm) {

  /** How the learning rate falls from the end of warm-up. */
  public enum Decay {
    /** Along half a cosine. */
    COSINE,
    /** Along a line. */
    LINEAR,
    /** Not at all. */
    NONE
  }
}
