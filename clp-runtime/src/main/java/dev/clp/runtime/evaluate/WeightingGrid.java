package dev.clp.runtime.evaluate;

import dev.clp.api.SimplexGrid;
import dev.clp.api.Weighting;
import java.util.List;

/** The weightings at which policies are evaluated. */
public final class WeightingGrid {

  private WeightingGrid() {}

  /**
   * Returns every point of the {@link SimplexGrid} at every KL coefficient, all points of the first
   * KL coefficient first.
   *
   * @param objectives the number of objectives, at least 1
   * @param divisions steps from 0 to 1, at least 1
   */
  public static List<Weighting> of(int objectives, int divisions, List<Double> klCoefficients) {
    List<List<Double>> points = SimplexGrid.points(objectives, divisions);
    return klCoefficients.stream()
        .flatMap(
            klCoefficient -> points.stream().map(weights -> new Weighting(weights, klCoefficient)))
        .toList();
  }
}
