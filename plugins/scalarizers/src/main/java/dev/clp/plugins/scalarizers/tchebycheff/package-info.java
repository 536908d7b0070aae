/**
 * Scalarizers that ask how far rewards are from an ideal point, and count the largest weighted
 * distance: {@code tchebycheff} is {@code -max_j w_j (z_j - r_j)}, {@code smooth-tchebycheff} puts
 * a smooth maximum in its place.
 *
 * <p>A weighted sum prefers a mixture of extremes to any compromise below the chord between them.
 * The largest distance does not: every Pareto-optimal point is best for some weights, wherever it
 * lies (Bowman, <em>On the Relationship of the Tchebycheff Norm and the Efficient Frontier of
 * Multiple-Criteria Objectives</em>, 1976; Miettinen, <em>Nonlinear Multiobjective
 * Optimization</em>, 1999). A larger weight asks for a smaller distance: at the best point, weights
 * times distances tend to be equal. The plain form has the gradient of one objective at a time,
 * which jumps; the smooth one (Lin et al., <em>Smooth Tchebycheff Scalarization for Multi-Objective
 * Optimization</em>, ICML 2024, arXiv 2402.19078) takes from each its share.
 *
 * <p>All this needs an ideal point that is at least as good as whatever is compared with it: beyond
 * it the smallest weight rules. One far off is no better, for then the largest weight alone counts.
 * With {@code scalarize = expected-returns} the best means seen so far, plus a margin, serve well.
 * With {@code scalarize = responses} single responses exceed such means, so give the point by
 * {@code ideal}. The running point starts at 0, which is the reference's mean where rewards are
 * normalised; for raw rewards too, give {@code ideal}.
 */
package dev.clp.plugins.scalarizers.tchebycheff;
