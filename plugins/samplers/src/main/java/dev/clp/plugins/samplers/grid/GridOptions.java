package dev.clp.plugins.samplers.grid;

import dev.clp.api.Option;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * Options of the sampler {@code grid}.
 *
 * @param divisions the number of steps from weight 0 to weight 1, from 1 to 1000
 */
public record GridOptions(
    @Option(
            value =
                "the number of steps from weight 0 to weight 1: weights are multiples of its"
                    + " inverse",
            defaultsTo = "10")
        @Min(1)
        @Max(1000)
        int divisions) {}
