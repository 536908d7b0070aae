/**
 * An evaluator that measures policies against the optimal policy.
 *
 * <p>Among all distributions over responses, one maximises the value of a weighting, {@code V = (1
 * - alpha) E[w.R] - alpha KL(policy || reference)}: the reference, tilted by {@code exp(((1 -
 * alpha) / alpha) w.R)}. Where a sample table enumerates all responses with their probabilities,
 * its value and every policy's are plain sums. What a policy lacks is its <em>regret</em>; the
 * <em>proportion of the attainable gain</em> is 0 for the reference and 1 for the best. Neither has
 * sampling noise, so what remains is the limit of the mechanism and of its training. The
 * component's name is {@code exact}.
 */
package dev.clp.plugins.exact;
