/**
 * The sweep over weightings and the sample table it fills.
 *
 * <p>{@link dev.clp.runtime.evaluate.Sweep} asks a policy for responses at every weighting of a
 * grid; {@link dev.clp.runtime.evaluate.SampleFile} keeps them as JSON Lines, so that a run can be
 * judged again without sampling.
 */
package dev.clp.runtime.evaluate;
