package dev.clp.plugins.soups;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;

/** Creates {@code specialists}: an expert at every weighting of a grid, the nearest serves. */
public final class Specialists implements ComponentFactory<Conditioner, SpecialistsOptions> {

  @Override
  public String name() {
    return "specialists";
  }

  @Override
  public String description() {
    return "Trains an expert at every weighting of a grid and serves the nearest: the upper line"
        + " that costs most.";
  }

  @Override
  public Class<Conditioner> kind() {
    return Conditioner.class;
  }

  @Override
  public Class<SpecialistsOptions> options() {
    return SpecialistsOptions.class;
  }

  @Override
  public Conditioner create(SpecialistsOptions options, ComponentContext context) {
    return new NearestExpert(options, context);
  }
}
