/**
 * A sampler that draws weightings from a Dirichlet distribution.
 *
 * <p>The Dirichlet distribution lives on the simplex, where the weights of a {@link
 * dev.clp.api.Weighting} live. Its concentration says how a training run spreads its visits: at 1
 * every weighting is equally likely, below 1 the corners (one objective at a time) are favoured,
 * above 1 the balanced middle is. The component's name is {@code dirichlet}; {@code uniform} is the
 * case of concentration 1 by its plain name.
 */
package dev.clp.plugins.samplers.dirichlet;
