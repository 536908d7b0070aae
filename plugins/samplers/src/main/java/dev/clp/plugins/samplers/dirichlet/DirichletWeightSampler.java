package dev.clp.plugins.samplers.dirichlet;

import dev.clp.api.KlRange;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import java.util.random.RandomGenerator;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.DirichletSampler;

/** Draws {@code w ~ Dirichlet(concentrations)} and the KL coefficient independently of it. */
final class DirichletWeightSampler implements WeightSampler {

  private final double[] concentrations;
  private final KlRange klCoefficients;

  DirichletWeightSampler(double[] concentrations, KlRange klCoefficients) {
    this.concentrations = concentrations.clone();
    this.klCoefficients = klCoefficients;
  }

  @Override
  public Weighting sample(RandomGenerator random) {
    return Weighting.ofProportions(proportions(random), klCoefficients.draw(random));
  }

  private double[] proportions(RandomGenerator random) {
    // The simplex of a single objective is one point, which the library does not count as one.
    if (concentrations.length == 1) {
      return new double[] {1};
    }
    UniformRandomProvider provider = random::nextLong;
    return DirichletSampler.of(provider, concentrations).sample();
  }
}
