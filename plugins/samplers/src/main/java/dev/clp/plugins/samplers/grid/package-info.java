/**
 * A sampler that draws weightings from a regular grid on the simplex.
 *
 * <p>The grid is that of Das and Dennis (<em>Normal-Boundary Intersection</em>, SIAM Journal on
 * Optimization 8(3), 1998): every weight is a multiple of {@code 1 / divisions}. Training then
 * visits just such weightings as an evaluation looks at. Points are drawn at random, each equally
 * likely, rather than in turn: a sampler that walks in order has to remember where it stands, and
 * what it returns would no longer follow from the random stream alone. The component's name is
 * {@code grid}.
 */
package dev.clp.plugins.samplers.grid;
