package dev.clp.plugins.scalarizers.linear;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.NoOptions;
import dev.clp.api.Scalarizer;

/** Creates the scalarizer {@code linear}. */
public final class LinearFactory implements ComponentFactory<Scalarizer, NoOptions> {

  @Override
  public String name() {
    return "linear";
  }

  @Override
  public String description() {
    return "Combines rewards by their weighted sum w.r.";
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
    return new WeightedSum();
  }
}
