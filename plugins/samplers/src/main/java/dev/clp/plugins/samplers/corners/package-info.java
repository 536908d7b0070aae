/**
 * A sampler that puts all weight on one objective at a time.
 *
 * <p>The corners of the simplex are the weightings of single-objective finetuning. A policy trained
 * on them alone shows how much of its steering in between comes from the mechanism rather than from
 * training. The component's name is {@code corners}.
 */
package dev.clp.plugins.samplers.corners;
