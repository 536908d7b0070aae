package dev.clp.plugins.scalarizers.tchebycheff;

import dev.clp.api.Scalarizer;
import dev.clp.api.Weighting;
import java.util.Arrays;

/**
 * {@code -mu log sum_j exp(w_j (z_j - r_j) / mu)}, whose gradient by {@code r_j} is {@code w_j}
 * times the softmax of the distances; at most {@code mu log m} below the plain form.
 */
final class SmoothTchebycheff implements Scalarizer {

  private final IdealPoint ideal;
  private final double mu;

  SmoothTchebycheff(IdealPoint ideal, double mu) {
    this.ideal = ideal;
    this.mu = mu;
  }

  @Override
  public double scalarize(float[] rewards, Weighting weighting) {
    double[] distances = ideal.distances(rewards, weighting);
    double largest = Arrays.stream(distances).max().orElseThrow();
    return -largest - mu * Math.log(Arrays.stream(exponentials(distances, largest)).sum());
  }

  @Override
  public double[] gradient(float[] rewards, Weighting weighting) {
    double[] distances = ideal.distances(rewards, weighting);
    double[] gradient = exponentials(distances, Arrays.stream(distances).max().orElseThrow());
    double sum = Arrays.stream(gradient).sum();
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] *= weighting.weight(i) / sum;
    }
    return gradient;
  }

  /** Returns {@code exp((d - largest) / mu)}: the largest is taken out, since others overflow. */
  private double[] exponentials(double[] distances, double largest) {
    return Arrays.stream(distances).map(d -> Math.exp((d - largest) / mu)).toArray();
  }

  @Override
  public void observe(Weighting weighting, float[] rewards) {
    ideal.observe(rewards);
  }
}
