package dev.clp.plugins.pareto;

import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * A response along a knob: one point per position of the knob, in rising order.
 *
 * @param points at least one, no two with the same position
 */
record Curve(List<Point> points) {

  /**
   * A point of the curve.
   *
   * @param position where the knob stands
   * @param response the mean response of all that was measured there
   */
  record Point(double position, double response) {}

  /** Differences below this are rounding, not ties broken. */
  private static final double RESOLUTION = 1e-9;

  Curve {
    points = List.copyOf(points);
  }

  /**
   * Averages the responses at equal positions, so that with three objectives a weight's curve is
   * over all splits of the rest.
   */
  static <T> Curve of(
      Collection<T> items, ToDoubleFunction<T> position, ToDoubleFunction<T> response) {
    TreeMap<Double, Double> means =
        items.stream()
            .collect(
                Collectors.groupingBy(
                    item -> round(position.applyAsDouble(item)),
                    TreeMap::new,
                    Collectors.averagingDouble(response)));
    return new Curve(
        means.entrySet().stream()
            .map(entry -> new Point(entry.getKey(), entry.getValue()))
            .toList());
  }

  /**
   * Returns Spearman's rank correlation between position and response, in [-1, 1]; undefined for a
   * single position or a constant response.
   */
  OptionalDouble rankCorrelation() {
    double[] responses = responses();
    boolean constant = true;
    for (double response : responses) {
      constant &= response == responses[0];
    }
    if (constant) {
      return OptionalDouble.empty();
    }
    double[] positions = points.stream().mapToDouble(Point::position).toArray();
    return OptionalDouble.of(new SpearmansCorrelation().correlation(positions, responses));
  }

  /** Returns the share of steps, in [0, 1], that raise the response; undefined without a step. */
  OptionalDouble monotoneShare() {
    double[] responses = responses();
    if (responses.length < 2) {
      return OptionalDouble.empty();
    }
    int rising = 0;
    for (int i = 1; i < responses.length; i++) {
      if (responses[i] > responses[i - 1]) {
        rising++;
      }
    }
    return OptionalDouble.of(rising / (responses.length - 1.0));
  }

  private double[] responses() {
    return points.stream().mapToDouble(point -> round(point.response())).toArray();
  }

  private static double round(double value) {
    // Adding zero turns -0 into 0, which a map would hold apart.
    return Math.rint(value / RESOLUTION) * RESOLUTION + 0.0;
  }
}
