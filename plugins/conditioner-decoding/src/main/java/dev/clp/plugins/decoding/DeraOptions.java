package dev.clp.plugins.decoding;

import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.util.Optional;

/**
 * The options of {@code dera}.
 *
 * @param objective the objective that the expert is trained for; all of them, balanced, if absent
 * @param expertKl the KL coefficient that the expert is trained under, in (0, 1); the experiment's
 *     smallest if absent
 * @param maxLambda the largest proportion of the expert's logits, at least 1
 */
public record DeraOptions(
    @Option("The objective that the expert is trained for; all of them, balanced, if absent.")
        Optional<String> objective,
    @Option(
            "The KL coefficient that the expert is trained under; the experiment's smallest if"
                + " absent.")
        Optional<
                @DecimalMin(value = "0", inclusive = false)
                @DecimalMax(value = "1", inclusive = false) Double>
            expertKl,
    @Option(
            value =
                "The largest factor of the expert's logits: below the expert's KL coefficient it grows"
                    + " beyond 1, and at 0 it would be infinite.",
            defaultsTo = "10")
        @DecimalMin("1")
        double maxLambda) {}
