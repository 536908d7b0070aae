package dev.clp.plugins.lowrank;

import dev.clp.api.Option;
import jakarta.validation.constraints.Min;

/**
 * The options of {@code svd}; set the policy's {@code training.learning-rate} beside them, ten
 * times or more that of {@code full-clp}.
 *
 * @param rank the number of singular values that do not depend on the weights, at least 1; the
 *     objectives add one each
 * @param targets which matrices get adapters
 */
public record SvdOptions(
    @Option(
            value =
                "The number of singular values that do not depend on the weights; the objectives"
                    + " add one each.",
            defaultsTo = "8")
        @Min(1)
        int rank,
    @Option(value = "Which matrices get adapters: attention, mlp or both.", defaultsTo = "both")
        Targets targets) {}
