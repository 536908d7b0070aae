package dev.clp.plugins.pareto;

import dev.clp.api.Evaluation.Chart;
import dev.clp.api.Evaluation.Point;
import dev.clp.api.Evaluation.Series;
import dev.clp.api.Sample;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Draws fronts, and rewards and KL along the knobs. */
final class Charts {

  private final Study study;
  private final Outcomes outcomes;
  private final Space space;

  Charts(Study study) {
    this.study = study;
    this.outcomes = study.outcomes();
    this.space = study.space();
  }

  /** Returns the fronts, then each reward along its knob, then KL along the knobs. */
  List<Chart> all() {
    List<Chart> charts = new ArrayList<>();
    for (int x = 0; x < space.front().size(); x++) {
      for (int y = x + 1; y < space.front().size(); y++) {
        charts.add(front(space.front().get(x), space.front().get(y)));
      }
    }
    for (Knob knob : space.knobs()) {
      // The KL coefficient steers the one reward too, if there is but one.
      Axis axis = space.rewards().size() == 1 ? space.rewards().get(0) : knob.response();
      if (space.klDivergence().filter(axis::equals).isEmpty()) {
        charts.add(along("pareto-steering-" + axis.name(), knob, axis));
      }
    }
    space.klDivergence().ifPresent(axis -> charts.addAll(klAlongKnobs(axis)));
    return charts;
  }

  private List<Chart> klAlongKnobs(Axis divergence) {
    return space.knobs().stream()
        // Of two objectives the second's weight says nothing that the first's does not.
        .filter(
            knob -> space.rewards().size() != 2 || !knob.response().equals(space.rewards().get(1)))
        .map(knob -> along("pareto-kl-" + knob.name(), knob, divergence))
        .toList();
  }

  private Chart front(Axis x, Axis y) {
    List<Series> series = new ArrayList<>();
    List<Double> klCoefficients =
        outcomes.grid().stream().map(Weighting::klCoefficient).distinct().toList();
    // Along one line only one knob turns.
    boolean split = space.rewards().size() > 1 && klCoefficients.size() > 1;
    outcomes
        .policies()
        .forEach(
            (policy, seeds) -> {
              if (split) {
                for (double klCoefficient : klCoefficients) {
                  series.add(
                      frontSeries(
                          policy + " at KL coefficient " + Text.number(klCoefficient),
                          points(w -> w.klCoefficient() == klCoefficient),
                          seeds.values(),
                          x,
                          y));
                }
              } else {
                series.add(frontSeries(policy, points(w -> true), seeds.values(), x, y));
              }
            });
    if (!outcomes.reference().isEmpty()) {
      Collection<Outcome> reference = outcomes.reference().values();
      series.add(
          new Series(
              Sample.REFERENCE,
              false,
              List.of(point(estimate(reference, x), estimate(reference, y), Sample.REFERENCE))));
    }
    return new Chart(
        identifier("pareto-front-" + x.name() + "-" + y.name()),
        "Front: " + y.label() + " against " + x.label(),
        x.label(),
        y.label(),
        series);
  }

  private List<Integer> points(Predicate<Weighting> chosen) {
    return IntStream.range(0, outcomes.grid().size())
        .filter(i -> chosen.test(outcomes.grid().get(i)))
        .boxed()
        .toList();
  }

  private Series frontSeries(
      String name, List<Integer> points, Collection<List<Outcome>> fronts, Axis x, Axis y) {
    return new Series(
        name,
        // With three objectives the points lie on a surface, which no line follows.
        space.rewards().size() <= 2,
        points.stream()
            .map(
                i -> {
                  List<Outcome> seeds = fronts.stream().map(front -> front.get(i)).toList();
                  return point(
                      estimate(seeds, x),
                      estimate(seeds, y),
                      study.labels().get(outcomes.grid().get(i)));
                })
            .toList());
  }

  private Chart along(String id, Knob knob, Axis axis) {
    List<Series> series = new ArrayList<>();
    outcomes
        .policies()
        .forEach(
            (policy, seeds) ->
                series.add(new Series(policy, true, curve(seeds.values(), knob, axis))));
    if (!outcomes.reference().isEmpty()) {
      Estimate reference = estimate(outcomes.reference().values(), axis);
      series.add(
          new Series(
              Sample.REFERENCE,
              false,
              series.get(0).points().stream()
                  .map(
                      point ->
                          new Point(
                              point.x(),
                              reference.mean(),
                              0,
                              reference.halfWidthOrZero(),
                              Sample.REFERENCE))
                  .toList()));
    }
    return new Chart(
        identifier(id),
        capitalise(axis.label()) + " along the " + knob.label() + averaged(knob),
        knob.label(),
        axis.label(),
        series);
  }

  private String averaged(Knob knob) {
    long positions = outcomes.grid().stream().mapToDouble(knob.position()).distinct().count();
    return positions < outcomes.grid().size() ? ", averaged over the other knobs" : "";
  }

  private List<Point> curve(Collection<List<Outcome>> fronts, Knob knob, Axis axis) {
    ToDoubleFunction<Outcome> position =
        outcome -> knob.position().applyAsDouble(outcome.weighting());
    List<Curve> curves =
        fronts.stream()
            .map(front -> Curve.of(front, position, axis.value(), axis.magnitude()))
            .toList();
    return IntStream.range(0, curves.get(0).points().size())
        .mapToObj(
            i -> {
              double x = curves.get(0).points().get(i).position();
              Estimate y =
                  Estimate.of(
                      curves.stream().map(c -> c.points().get(i).response()).toList(),
                      study.options().confidence());
              return new Point(
                  x, y.mean(), 0, y.halfWidthOrZero(), knob.label() + " " + Text.number(x));
            })
        .toList();
  }

  private Estimate estimate(Collection<Outcome> seeds, Axis axis) {
    return study.estimate(seeds, axis.value());
  }

  private static Point point(Estimate x, Estimate y, String label) {
    return new Point(x.mean(), y.mean(), x.halfWidthOrZero(), y.halfWidthOrZero(), label);
  }

  private static String identifier(String text) {
    return text.replaceAll("[^A-Za-z0-9_-]", "-");
  }

  private static String capitalise(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
