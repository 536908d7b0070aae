package dev.clp.plugins.pareto;

import dev.clp.api.Spread;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Makes numbers equal that differ by rounding alone, before they are ranked or compared. */
final class Ties {

  private Ties() {}

  /**
   * Returns the values, each that differs by rounding from the next smaller ones replaced by the
   * smallest of these.
   *
   * @param magnitudes per value, the largest absolute value of what it was computed from
   */
  static double[] resolve(double[] values, double[] magnitudes) {
    double[] resolved = values.clone();
    int[] rising =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(i -> i)
            .toArray();
    for (int i = 1; i < rising.length; i++) {
      int smallest = rising[i - 1];
      int next = rising[i];
      if (Spread.isRounding(
          values[next] - resolved[smallest], Math.max(magnitudes[smallest], magnitudes[next]))) {
        resolved[next] = resolved[smallest];
      }
    }
    return resolved;
  }
}
