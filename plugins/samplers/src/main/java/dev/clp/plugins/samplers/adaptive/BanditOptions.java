package dev.clp.plugins.samplers.adaptive;

import dev.clp.api.Inlined;
import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMin;

/**
 * Options of the sampler {@code bandit}.
 *
 * @param grid the arms, and how they are drawn and learnt of
 * @param temperature the difference of shortfalls that makes one arm e times as likely as another,
 *     in units of the value V, at least 1e-6
 */
public record BanditOptions(
    @Inlined GridOfArms grid,
    @Option(
            value =
                "the difference of shortfalls that makes one arm e times as likely as another, in"
                    + " units of the value",
            defaultsTo = "0.1")
        @DecimalMin("1e-6")
        double temperature) {}
