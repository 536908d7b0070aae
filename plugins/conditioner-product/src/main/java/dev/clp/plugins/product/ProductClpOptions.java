package dev.clp.plugins.product;

import dev.clp.api.Option;

/**
 * The options of {@code product-clp}.
 *
 * @param selection which parameters depend on the weights
 */
public record ProductClpOptions(
    @Option(
            value = "Which parameters depend on the weights: everything or attention.",
            defaultsTo = "everything")
        Selection selection) {}
