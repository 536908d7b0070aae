/**
 * An evaluator that measures how good, how wide and how steerable the policies' fronts are.
 *
 * <p>A <em>front</em> is the mean reward of each objective at every weighting of the evaluation's
 * grid, for one policy and one training seed. Every measure is taken of one front; what is reported
 * is its mean over the seeds, with a Student-t interval where there are at least two. So an
 * interval says how far training again would move the number; the noise of sampling responses is
 * part of it only as far as it differs between seeds.
 *
 * <p>{@link dev.clp.plugins.pareto.Outcomes} reads the fronts from the sample table, {@link
 * dev.clp.plugins.pareto.Front} and {@link dev.clp.plugins.pareto.Curve} hold the measures, {@link
 * dev.clp.plugins.pareto.Measures} takes them of every policy, and {@link
 * dev.clp.plugins.pareto.ParetoEvaluator} says what is written where. The component's name is
 * {@code pareto}.
 */
package dev.clp.plugins.pareto;
