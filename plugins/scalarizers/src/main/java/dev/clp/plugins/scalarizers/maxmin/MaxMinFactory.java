package dev.clp.plugins.scalarizers.maxmin;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.NoOptions;
import dev.clp.api.Scalarizer;

/** Creates the scalarizer {@code max-min}. */
public final class MaxMinFactory implements ComponentFactory<Scalarizer, NoOptions> {

  @Override
  public String name() {
    return "max-min";
  }

  @Override
  public String description() {
    return "Counts the smallest reward, whatever the weights: min_j r_j.";
  }

  @Override
  public Class<Scalarizer> kind() {
    return Scalarizer.class;
  }

  @Override
  public Class<NoOptions> options() {
    return NoOptions.class;
  }

  @Override
  public Scalarizer create(NoOptions options, ComponentContext context) {
    return new MaxMin();
  }
}
