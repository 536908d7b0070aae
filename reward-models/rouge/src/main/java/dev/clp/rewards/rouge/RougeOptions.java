package dev.clp.rewards.rouge;

import dev.clp.api.Option;

/**
 * The options of every ROUGE reward.
 *
 * @param stem whether words are compared by their Porter stem; words of up to three characters are
 *     compared as they are
 * @param measure what of the overlap is scored
 */
public record RougeOptions(
    @Option(
            value = "Whether words longer than three characters are compared by their Porter stem.",
            defaultsTo = "true")
        boolean stem,
    @Option(
            value = "What of the overlap is scored, in [0, 1]: f-measure, precision or recall.",
            defaultsTo = "f-measure")
        Measure measure) {}
