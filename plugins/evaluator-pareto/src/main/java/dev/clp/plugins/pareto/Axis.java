package dev.clp.plugins.pareto;

import java.util.function.ToDoubleFunction;

/**
 * One dimension of what policies achieve: a reward, or the KL divergence.
 *
 * @param name its name in charts' identifiers and metrics' paths
 * @param label what it is, with its unit
 * @param value the value in its own unit, for charts and tables
 * @param merit the value scaled such that objectives compare and more is better, for measures
 * @param magnitude the largest absolute value of what {@code merit} is a difference of, in the unit
 *     of {@code merit}: the scale of its rounding errors
 */
record Axis(
    String name,
    String label,
    ToDoubleFunction<Outcome> value,
    ToDoubleFunction<Outcome> merit,
    ToDoubleFunction<Outcome> magnitude) {

  /** Returns the same axis with merit counted from a value at which it is 0. */
  Axis from(double limit) {
    return new Axis(
        name,
        label,
        value,
        outcome -> merit.applyAsDouble(outcome) + limit,
        outcome -> magnitude.applyAsDouble(outcome) + limit);
  }
}
