package dev.clp.plugins.scalarizers.maxmin;

import dev.clp.api.Scalarizer;
import dev.clp.api.Weighting;
import java.util.Arrays;

/** {@code min_j r_j}, whose gradient is one for the smallest reward. */
final class MaxMin implements Scalarizer {

  @Override
  public double scalarize(float[] rewards, Weighting weighting) {
    return rewards[smallest(rewards, weighting)];
  }

  @Override
  public double[] gradient(float[] rewards, Weighting weighting) {
    double[] gradient = new double[rewards.length];
    gradient[smallest(rewards, weighting)] = 1;
    return gradient;
  }

  private static int smallest(float[] rewards, Weighting weighting) {
    if (rewards.length != weighting.objectives()) {
      throw new IllegalArgumentException(
          "expected as many rewards as the weights "
              + weighting.weights()
              + ", but got "
              + Arrays.toString(rewards));
    }
    int smallest = 0;
    for (int i = 1; i < rewards.length; i++) {
      smallest = rewards[i] < rewards[smallest] ? i : smallest;
    }
    return smallest;
  }
}
