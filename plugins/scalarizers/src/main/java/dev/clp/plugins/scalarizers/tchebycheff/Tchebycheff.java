package dev.clp.plugins.scalarizers.tchebycheff;

import dev.clp.api.Scalarizer;
import dev.clp.api.Weighting;
import java.util.Arrays;

/** {@code -max_j w_j (z_j - r_j)}; its gradient is the weight of the farthest objective. */
final class Tchebycheff implements Scalarizer {

  private final IdealPoint ideal;

  Tchebycheff(IdealPoint ideal) {
    this.ideal = ideal;
  }

  @Override
  public double scalarize(float[] rewards, Weighting weighting) {
    return -Arrays.stream(ideal.distances(rewards, weighting)).max().orElseThrow();
  }

  @Override
  public double[] gradient(float[] rewards, Weighting weighting) {
    double[] distances = ideal.distances(rewards, weighting);
    int farthest = 0;
    for (int i = 1; i < distances.length; i++) {
      farthest = distances[i] > distances[farthest] ? i : farthest;
    }
    double[] gradient = new double[distances.length];
    gradient[farthest] = weighting.weight(farthest);
    return gradient;
  }

  @Override
  public void observe(Weighting weighting, float[] rewards) {
    ideal.observe(rewards);
  }
}
