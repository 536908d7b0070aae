package dev.clp.plugins.pareto;

import java.util.ArrayList;
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
   * @param magnitude the largest absolute value of what the responses were computed from
   */
  record Point(double position, double response, double magnitude) {

    private static Point mean(double position, List<Double> responses, List<Double> magnitudes) {
      return new Point(
          position,
          responses.stream().mapToDouble(value -> value).average().orElseThrow(),
          magnitudes.stream().mapToDouble(value -> value).max().orElseThrow());
    }
  }

  /** Positions, weights between 0 and 1, that are closer than this are the same. */
  private static final double POSITION_RESOLUTION = 1e-9;

  Curve {
    points = List.copyOf(points);
  }

  /**
   * Averages the responses at equal positions, so that with three objectives a weight's curve is
   * over all splits of the rest.
   *
   * @param magnitude the largest absolute value of what a response was computed from
   */
  static <T> Curve of(
      Collection<T> items,
      ToDoubleFunction<T> position,
      ToDoubleFunction<T> response,
      ToDoubleFunction<T> magnitude) {
    TreeMap<Double, List<T>> atPosition =
        items.stream()
            .collect(
                Collectors.groupingBy(
                    item -> round(position.applyAsDouble(item)),
                    TreeMap::new,
                    Collectors.toList()));
    List<Point> points = new ArrayList<>();
    atPosition.forEach(
        (place, there) ->
            points.add(
                Point.mean(
                    place,
                    there.stream().map(response::applyAsDouble).toList(),
                    there.stream().map(magnitude::applyAsDouble).toList())));
    return new Curve(points);
  }

  /**
   * Returns Spearman's rank correlation between position and response, in [-1, 1]; undefined for a
   * single position or a response that differs by rounding alone.
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

  /**
   * Returns the proportion of steps, in [0, 1], that raise the response; undefined without a step.
   */
  OptionalDouble monotoneProportion() {
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
    return Ties.resolve(
        points.stream().mapToDouble(Point::response).toArray(),
        points.stream().mapToDouble(Point::magnitude).toArray());
  }

  private static double round(double value) {
    // Adding zero turns -0 into 0, which a map would hold apart.
    return Math.rint(value / POSITION_RESOLUTION) * POSITION_RESOLUTION + 0.0;
  }
}
