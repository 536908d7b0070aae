package dev.clp.plugins.exact;

import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Positive;

/**
 * Options of the evaluator {@code exact}.
 *
 * @param confidence the probability with which an interval over seeds covers the true mean, between
 *     0 and 1, both excluded
 */
public record ExactOptions(
    @Option(
            value = "The confidence of the Student-t intervals over seeds, between 0 and 1.",
            defaultsTo = "0.95")
        @Positive
        @DecimalMax(value = "1", inclusive = false)
        double confidence) {}
