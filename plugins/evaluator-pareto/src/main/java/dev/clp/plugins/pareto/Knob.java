package dev.clp.plugins.pareto;

import dev.clp.api.Weighting;
import java.util.function.ToDoubleFunction;

/**
 * One number of a weighting that a user turns, and what it promises to raise.
 *
 * @param name its name in charts' identifiers and metrics' paths
 * @param label what it is
 * @param position where it stands at a weighting
 * @param response the axis whose merit should rise with the position
 */
record Knob(String name, String label, ToDoubleFunction<Weighting> position, Axis response) {}
