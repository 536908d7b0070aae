package dev.clp.plugins.scalarizers.tchebycheff;

import dev.clp.api.Weighting;
import java.util.Arrays;
import java.util.List;

/** A point that rewards strive for: fixed, or a margin beyond the best means seen so far. */
final class IdealPoint {

  private final double[] point;
  private final double margin;
  private final boolean running;

  /**
   * Creates the point.
   *
   * @param scalarizer the scalarizer's name, for errors
   * @param ideal one coordinate per objective, or none for a running point
   * @param margin what a running point adds to the best means
   * @param objectives the names of the objectives
   */
  IdealPoint(String scalarizer, List<Double> ideal, double margin, List<String> objectives) {
    if (!ideal.isEmpty() && ideal.size() != objectives.size()) {
      throw new IllegalArgumentException(
          "scalarizer '"
              + scalarizer
              + "' expects one number in ideal for each of the objectives "
              + objectives
              + ", but got "
              + ideal
              + "; give "
              + objectives.size()
              + " numbers, or none to follow the best seen so far");
    }
    this.running = ideal.isEmpty();
    this.margin = running ? margin : 0;
    this.point = new double[objectives.size()];
    for (int i = 0; i < ideal.size(); i++) {
      point[i] = ideal.get(i);
    }
  }

  /** Follows mean rewards, if it is a running point. */
  void observe(float[] rewards) {
    for (int i = 0; running && i < point.length; i++) {
      point[i] = Math.max(point[i], rewards[i]);
    }
  }

  /** Returns {@code w_j (z_j - r_j)} for every objective. */
  double[] distances(float[] rewards, Weighting weighting) {
    if (rewards.length != point.length || weighting.objectives() != point.length) {
      throw new IllegalArgumentException(
          "expected "
              + point.length
              + " rewards and as many weights, but got "
              + Arrays.toString(rewards)
              + " and "
              + weighting.weights());
    }
    double[] distances = new double[point.length];
    Arrays.setAll(distances, i -> weighting.weight(i) * (point[i] + margin - rewards[i]));
    return distances;
  }
}
