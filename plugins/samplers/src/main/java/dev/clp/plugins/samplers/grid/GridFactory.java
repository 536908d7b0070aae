package dev.clp.plugins.samplers.grid;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.WeightSampler;

/** Creates the sampler {@code grid}. */
public final class GridFactory implements ComponentFactory<WeightSampler, GridOptions> {

  @Override
  public String name() {
    return "grid";
  }

  @Override
  public String description() {
    return "Draws the points of a regular (Das-Dennis) grid on the simplex, each equally likely.";
  }

  @Override
  public Class<WeightSampler> kind() {
    return WeightSampler.class;
  }

  @Override
  public Class<GridOptions> options() {
    return GridOptions.class;
  }

  @Override
  public WeightSampler create(GridOptions options, ComponentContext context) {
    return new GridWeightSampler(
        context.objectives().size(), options.divisions(), context.klCoefficients());
  }
}
