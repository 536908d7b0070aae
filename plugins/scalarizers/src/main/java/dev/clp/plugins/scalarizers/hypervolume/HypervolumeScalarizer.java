package dev.clp.plugins.scalarizers.hypervolume;

import dev.clp.api.Scalarizer;
import dev.clp.api.Weighting;
import java.util.Arrays;

/** {@code min_j (max(0, r_j - z_j) / w_j)^m}; its gradient is that of the smallest quotient. */
final class HypervolumeScalarizer implements Scalarizer {

  /** What a smaller weight counts as: small against a grid's steps, and its inverse harmless. */
  private static final double SMALLEST_WEIGHT = 1e-3;

  private final double[] reference;

  HypervolumeScalarizer(double[] reference) {
    this.reference = reference.clone();
  }

  @Override
  public double scalarize(float[] rewards, Weighting weighting) {
    double[] lengths = lengths(rewards, weighting);
    return Math.pow(lengths[shortest(lengths)], reference.length);
  }

  @Override
  public double[] gradient(float[] rewards, Weighting weighting) {
    double[] lengths = lengths(rewards, weighting);
    int shortest = shortest(lengths);
    double[] gradient = new double[lengths.length];
    if (lengths[shortest] > 0) {
      gradient[shortest] =
          reference.length
              * Math.pow(lengths[shortest], reference.length - 1)
              / weight(weighting, shortest);
    }
    return gradient;
  }

  private double[] lengths(float[] rewards, Weighting weighting) {
    if (rewards.length != reference.length || weighting.objectives() != reference.length) {
      throw new IllegalArgumentException(
          "expected "
              + reference.length
              + " rewards and as many weights, but got "
              + Arrays.toString(rewards)
              + " and "
              + weighting.weights());
    }
    double[] lengths = new double[reference.length];
    Arrays.setAll(lengths, i -> Math.max(0, rewards[i] - reference[i]) / weight(weighting, i));
    return lengths;
  }

  private static double weight(Weighting weighting, int objective) {
    return Math.max(SMALLEST_WEIGHT, weighting.weight(objective));
  }

  private static int shortest(double[] lengths) {
    int shortest = 0;
    for (int i = 1; i < lengths.length; i++) {
      shortest = lengths[i] < lengths[shortest] ? i : shortest;
    }
    return shortest;
  }
}
