package dev.clp.runtime.config;

import dev.clp.api.Inlined;
import dev.clp.api.Option;
import jakarta.validation.constraints.Min;

/**
 * How a policy is trained; the defaults are this project's own, no paper's.
 *
 * @param steps optimizer steps
 * @param learner what the gradient is estimated from
 * @param optimizer how the parameters move
 * @param checkpointEvery steps between checkpoints
 */
public record TrainingOptions(
    @Option(value = "Optimizer steps.", defaultsTo = "300") @Min(1) int steps,
    @Inlined PolicyGradientOptions learner,
    @Inlined OptimizerOptions optimizer,
    @Option(value = "Steps between checkpoints.", defaultsTo = "50") @Min(1) int checkpointEvery) {}
