package dev.clp.runtime.evaluate;

import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.List;

/** The weightings at which policies are evaluated: Das and Dennis's (1998) grid on the simplex. */
public final class WeightingGrid {

  private WeightingGrid() {}

  /**
   * Returns all weightings whose weights are multiples of {@code 1 / divisions}, at every KL
   * weight.
   *
   * @param objectives the number of objectives, at least 1
   * @param divisions steps from 0 to 1, at least 1
   */
  public static List<Weighting> of(int objectives, int divisions, List<Double> klWeights) {
    List<Weighting> grid = new ArrayList<>();
    for (double kl : klWeights) {
      fill(new int[objectives], 0, divisions, divisions, kl, grid);
    }
    return grid;
  }

  private static void fill(
      int[] parts, int at, int left, int divisions, double kl, List<Weighting> grid) {
    if (at == parts.length - 1) {
      parts[at] = left;
      List<Double> weights = new ArrayList<>();
      for (int part : parts) {
        weights.add(part / (double) divisions);
      }
      grid.add(new Weighting(weights, kl));
      return;
    }
    for (int part = left; part >= 0; part--) {
      parts[at] = part;
      fill(parts, at + 1, left - part, divisions, kl, grid);
    }
  }
}
