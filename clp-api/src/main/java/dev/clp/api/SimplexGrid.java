package dev.clp.api;

import java.util.ArrayList;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The regular grid on the simplex: all vectors of {@code m} weights that sum to one and are
 * multiples of {@code 1 / divisions}.
 *
 * <p>I. Das and J. E. Dennis, <em>Normal-Boundary Intersection: A New Method for Generating the
 * Pareto Surface in Nonlinear Multicriteria Optimization Problems</em>, SIAM Journal on
 * Optimization 8(3), 1998.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class SimplexGrid {

  private SimplexGrid() {}

  /**
   * Returns the number of points, {@code (divisions + m - 1)! / (divisions! (m - 1)!)}, exact up to
   * 2^53.
   *
   * @param objectives the number m of weights, at least 1
   * @param divisions the number of steps from weight 0 to weight 1, at least 1
   */
  public static double size(int objectives, int divisions) {
    check(objectives, divisions);
    double size = 1;
    for (int i = 1; i < objectives; i++) {
      size = size * (divisions + i) / i;
    }
    return size;
  }

  /**
   * Returns the points, those with more weight on earlier objectives first.
   *
   * @param objectives the number m of weights, at least 1
   * @param divisions the number of steps from weight 0 to weight 1, at least 1
   */
  public static List<List<Double>> points(int objectives, int divisions) {
    check(objectives, divisions);
    List<List<Double>> points = new ArrayList<>();
    fill(new int[objectives], 0, divisions, divisions, points);
    return List.copyOf(points);
  }

  private static void check(int objectives, int divisions) {
    if (objectives < 1 || divisions < 1) {
      throw new IllegalArgumentException(
          "a grid needs at least one objective and one division, but got "
              + objectives
              + " and "
              + divisions);
    }
  }

  /** Distributes the steps that are left over the weights from {@code at} on, in every way. */
  private static void fill(
      int[] steps, int at, int left, int divisions, List<List<Double>> points) {
    if (at == steps.length - 1) {
      steps[at] = left;
      List<Double> weights = new ArrayList<>();
      for (int step : steps) {
        weights.add(step / (double) divisions);
      }
      points.add(List.copyOf(weights));
      return;
    }
    for (int step = left; step >= 0; step--) {
      steps[at] = step;
      fill(steps, at + 1, left - step, divisions, points);
    }
  }
}
