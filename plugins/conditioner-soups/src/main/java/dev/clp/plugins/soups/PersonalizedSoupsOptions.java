package dev.clp.plugins.soups;

import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.util.Optional;

/**
 * The options of {@code personalized-soups}.
 *
 * @param threshold the weight from which on an objective is chosen, above 0 and at most 1 over the
 *     number of objectives, which is also what it is if absent
 */
public record PersonalizedSoupsOptions(
    @Option(
            "The weight from which on an objective is chosen; 1 over the number of objectives if"
                + " absent.")
        Optional<@DecimalMin(value = "0", inclusive = false) @DecimalMax("1") Double> threshold) {}
