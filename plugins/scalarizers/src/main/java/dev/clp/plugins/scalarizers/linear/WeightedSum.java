package dev.clp.plugins.scalarizers.linear;

import dev.clp.api.Scalarizer;
import dev.clp.api.Weighting;

/** The weighted sum {@code w . r}, whose gradient is {@code w}. */
final class WeightedSum implements Scalarizer {

  @Override
  public double scalarize(float[] rewards, Weighting weighting) {
    return weighting.dot(rewards);
  }

  @Override
  public double[] gradient(float[] rewards, Weighting weighting) {
    return weighting.weights().stream().mapToDouble(weight -> weight).toArray();
  }
}
