package dev.clp.plugins.pareto;

import dev.clp.api.Weighting;
import java.util.List;
import java.util.OptionalDouble;

/** Finds the front that the policies' fronts are held against. */
final class ReferenceFront {

  private ReferenceFront() {}

  /**
   * Returns what the user gave, or else the points of all policies and seeds together, along the
   * axes of the hypervolume.
   *
   * @param given per point, one reward per objective in its own unit, and KL in nats where it is an
   *     axis of the hypervolume; empty for the default
   * @throws IllegalArgumentException if a point has another number of coordinates, or one that is
   *     not finite
   */
  static Front of(Outcomes outcomes, Space space, List<List<Double>> given) {
    if (given.isEmpty()) {
      return Front.of(
          outcomes.policies().values().stream()
              .flatMap(seeds -> seeds.values().stream())
              .flatMap(List::stream)
              .toList(),
          space.volume());
    }
    return Front.of(given.stream().map(point -> outcome(point, space)).toList(), space.volume());
  }

  private static Outcome outcome(List<Double> point, Space space) {
    List<String> axes = space.volume().stream().map(Axis::label).toList();
    if (point.size() != axes.size() || !point.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          "evaluator 'pareto' expects points of "
              + axes.size()
              + " finite numbers in reference-front, "
              + axes
              + ", but got "
              + point);
    }
    int objectives = space.rewards().size();
    return new Outcome(
        Weighting.balanced(objectives, 0),
        point.subList(0, objectives),
        point.size() > objectives
            ? OptionalDouble.of(point.get(objectives))
            : OptionalDouble.empty(),
        0,
        0);
  }
}
