package dev.clp.plugins.soups;

import dev.clp.api.Option;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * The options of {@code specialists}.
 *
 * @param divisions the number of steps from weight 0 to weight 1, from 1 to 100
 */
public record SpecialistsOptions(
    @Option(
            value =
                "The number of steps from weight 0 to weight 1; two objectives need one expert"
                    + " more, three need (n + 1)(n + 2) / 2.",
            defaultsTo = "10")
        @Min(1)
        @Max(100)
        int divisions) {}
