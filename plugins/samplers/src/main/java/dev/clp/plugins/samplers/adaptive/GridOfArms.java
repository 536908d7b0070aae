package dev.clp.plugins.samplers.adaptive;

import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * What the adaptive samplers' options have in common.
 *
 * @param divisions the number of steps from weight 0 to weight 1, from 1 to 1000
 * @param klSlices the number of slices of the experiment's KL range, from 1 to 1000; not read if
 *     that is one value
 * @param exploration the proportion of draws that are uniform over the arms, in (0, 1]
 * @param stepSize how far an observation moves an arm's averages, in (0, 1]
 */
public record GridOfArms(
    @Option(value = "the number of steps from weight 0 to weight 1 of the grid", defaultsTo = "10")
        @Min(1)
        @Max(1000)
        int divisions,
    @Option(
            value = "the number of slices of the experiment's KL range, unless that is one value",
            defaultsTo = "3")
        @Min(1)
        @Max(1000)
        int klSlices,
    @Option(value = "the proportion of draws that are uniform over the arms", defaultsTo = "0.2")
        @DecimalMin(value = "0", inclusive = false)
        @DecimalMax("1")
        double exploration,
    @Option(
            value =
                "how far an observation moves an arm's averages, as a fraction of the way: 1"
                    + " remembers the last alone",
            defaultsTo = "0.3")
        @DecimalMin(value = "0", inclusive = false)
        @DecimalMax("1")
        double stepSize) {}
