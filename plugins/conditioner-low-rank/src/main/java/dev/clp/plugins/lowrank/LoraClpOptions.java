package dev.clp.plugins.lowrank;

import dev.clp.api.Option;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Positive;

/**
 * The options of {@code lora-clp}.
 *
 * @param rank the rank of one objective's adapter, at least 1
 * @param alpha the adapters' products are scaled by {@code alpha / rank}, above 0
 * @param targets which matrices get adapters
 */
public record LoraClpOptions(
    @Option(value = "The rank of one objective's adapter.", defaultsTo = "8") @Min(1) int rank,
    @Option(value = "The adapters' products are scaled by alpha / rank.", defaultsTo = "16")
        @Positive
        double alpha,
    @Option(value = "Which matrices get adapters: attention, mlp or both.", defaultsTo = "both")
        Targets targets) {}
