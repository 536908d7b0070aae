package dev.clp.runtime.config;

import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Positive;

/**
 * How responses are sampled. Temperature, top-k and top-p shape evaluation only: training always
 * samples the policy itself, since its gradient is wrong for any other distribution.
 *
 * @param maxNewTokens the longest response, in tokens
 * @param temperature what logits are divided by
 * @param topK the number of likeliest tokens to choose from; 0 for all
 * @param topP the probability mass of the likeliest tokens to choose from; 1 for all
 * @param batch responses sampled at once
 */
public record RolloutOptions(
    @Option(value = "Longest response, in tokens.", defaultsTo = "48") @Min(1) int maxNewTokens,
    @Option(value = "What logits are divided by, in evaluation.", defaultsTo = "1.0") @Positive
        double temperature,
    @Option(
            value = "Likeliest tokens to choose from, in evaluation; 0 for all, 1 for greedy.",
            defaultsTo = "0")
        @Min(0)
        int topK,
    @Option(
            value = "Probability mass of the likeliest tokens to choose from, in evaluation.",
            defaultsTo = "1.0")
        @Positive
        @DecimalMax("1")
        double topP,
    @Option(value = "Responses sampled at once.", defaultsTo = "64") @Min(1) int batch) {}
