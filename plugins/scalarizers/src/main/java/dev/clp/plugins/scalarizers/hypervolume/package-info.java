/**
 * A scalarizer whose mean over directions is the hypervolume: {@code min_j (max(0, r_j - z_j) /
 * w_j)^m} with m objectives and a reference point z.
 *
 * <p>It measures how far the box between z and the rewards reaches along the direction of the
 * weights, to the power of m. For weights drawn uniformly from the sphere's positive part, the mean
 * of the largest such value over a set of points is the set's hypervolume, up to a constant (Deng
 * and Zhang, <em>Approximating Hypervolume and Hypervolume Contributions Using Polar
 * Coordinate</em>, 2019; Golovin and Zhang, <em>Random Hypervolume Scalarizations for Provable
 * Multi-Objective Black Box Optimization</em>, ICML 2020, arXiv 2006.04655). Weights of the simplex
 * give the same directions and differ in length, which scales the value at each weighting by a
 * constant of its own. So a larger weight asks for a larger reward, and concave fronts are reached.
 *
 * <p>Where a reward does not exceed z, the value and its gradient are zero: nothing is learnt
 * there. Choose z low enough. Its default, -1 for each objective, is where calibration puts the
 * floor of a normalised reward: one standard deviation below the reference's mean. A weight below 1e-3
 * counts as 1e-3, or else its objective would divide by zero; it still has to exceed z. The
 * component's name is {@code hypervolume}.
 */
package dev.clp.plugins.scalarizers.hypervolume;
