package dev.clp.plugins.samplers.dirichlet;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.NoOptions;
import dev.clp.api.WeightSampler;
import java.util.Arrays;

/** Creates the sampler {@code uniform}: a Dirichlet distribution whose concentrations are all 1. */
public final class UniformFactory implements ComponentFactory<WeightSampler, NoOptions> {

  @Override
  public String name() {
    return "uniform";
  }

  @Override
  public String description() {
    return "Draws every weighting of the simplex with the same density.";
  }

  @Override
  public Class<WeightSampler> kind() {
    return WeightSampler.class;
  }

  @Override
  public Class<NoOptions> options() {
    return NoOptions.class;
  }

  @Override
  public WeightSampler create(NoOptions options, ComponentContext context) {
    double[] concentrations = new double[context.objectives().size()];
    Arrays.fill(concentrations, 1);
    return new DirichletWeightSampler(concentrations, context.klCoefficients());
  }
}
