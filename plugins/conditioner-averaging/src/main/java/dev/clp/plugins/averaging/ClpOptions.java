package dev.clp.plugins.averaging;

import dev.clp.api.Option;

/**
 * The options of the CLP family.
 *
 * @param klGate how the KL weight enters the average
 */
public record ClpOptions(
    @Option(
            value =
                "How the KL weight enters the average: linear gives the reference that share, none"
                    + " ignores it.",
            defaultsTo = "none")
        KlGate klGate) {}
