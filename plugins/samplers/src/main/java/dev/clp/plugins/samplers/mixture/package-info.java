/**
 * A sampler that draws each weighting from one of several samplers, chosen at random by their
 * proportions.
 *
 * <p>So a training run may give most of its visits to the whole simplex and some to its corners, or
 * follow an adaptive sampler and keep a plain one beside it. What training achieved at a weighting
 * is told to the sampler that drew it, and to no other. The component's name is {@code mixture}:
 *
 * <pre>
 * sampler { type = mixture, of = [ { type = uniform }, { type = corners } ], proportions = [3, 1] }
 * </pre>
 */
package dev.clp.plugins.samplers.mixture;
