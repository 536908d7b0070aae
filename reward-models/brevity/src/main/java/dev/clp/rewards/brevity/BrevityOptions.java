package dev.clp.rewards.brevity;

import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Positive;

/**
 * The options of the brevity reward.
 *
 * @param target the wanted length, in {@code unit}, above zero
 * @param unit what length is counted in
 * @param tolerance the relative distance from the target that costs nothing, at least zero
 */
public record BrevityOptions(
    @Option(value = "The wanted length of a response, in units.", defaultsTo = "20") @Positive
        int target,
    @Option(value = "What length is counted in: words or characters.", defaultsTo = "words")
        LengthUnit unit,
    @Option(
            value =
                "The distance from the target that costs nothing, as a proportion of the target: 0.1"
                    + " leaves 18 to 22 words free at a target of 20.",
            defaultsTo = "0")
        @DecimalMin("0")
        double tolerance) {}
