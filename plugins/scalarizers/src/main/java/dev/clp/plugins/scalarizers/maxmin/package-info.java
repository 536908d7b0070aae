/**
 * A scalarizer that counts the smallest reward alone, whatever the weights: {@code min_j r_j}.
 *
 * <p>Maximising it is egalitarian: whoever is worst off comes first, as in alignment to groups
 * whose preferences differ (Chakraborty et al., <em>MaxMin-RLHF</em>, ICML 2024, arXiv 2402.08925).
 * It compares rewards with one another, so normalise them or bring them to one scale. A policy
 * trained with it has nothing to learn from its weights; it is a point to compare steerable ones
 * with. The component's name is {@code max-min}.
 */
package dev.clp.plugins.scalarizers.maxmin;
