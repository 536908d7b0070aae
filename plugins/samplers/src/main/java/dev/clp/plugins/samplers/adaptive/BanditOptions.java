package dev.clp.plugins.samplers.adaptive;

import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * Options of the sampler {@code bandit}.
 *
 * @param divisions the number of steps from weight 0 to weight 1, from 1 to 1000
 * @param klSlices the number of slices of the experiment's KL range, from 1 to 1000; not read if
 *     that is one value
 * @param exploration the share of draws that are uniform over the arms, in (0, 1]
 * @param stepSize how far an observation moves an arm's averages, in (0, 1]
 * @param temperature the difference of shortfalls that makes one arm e times as likely as another,
 *     in units of the value V, at least 1e-6
 */
public record BanditOptions(
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
    @Option(value = "the share of draws that are uniform over the arms", defaultsTo = "0.2")
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
        double stepSize,
    @Option(
            value =
                "the difference of shortfalls that makes one arm e times as likely as another, in"
                    + " units of the value",
            defaultsTo = "0.1")
        @DecimalMin("1e-6")
        double temperature) {

  GridOfArms grid() {
    return new GridOfArms(divisions, klSlices, exploration, stepSize);
  }
}
