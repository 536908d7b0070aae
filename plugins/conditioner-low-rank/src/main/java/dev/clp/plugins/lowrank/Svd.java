package dev.clp.plugins.lowrank;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;

/** Creates {@code svd}: the weights are singular values of one low-rank adapter. */
public final class Svd implements ComponentFactory<Conditioner, SvdOptions> {

  @Override
  public String name() {
    return "svd";
  }

  @Override
  public String description() {
    return "Adds one low-rank adapter whose last singular values are the weights (Panacea), trained"
        + " jointly.";
  }

  @Override
  public Class<Conditioner> kind() {
    return Conditioner.class;
  }

  @Override
  public Class<SvdOptions> options() {
    return SvdOptions.class;
  }

  @Override
  public Conditioner create(SvdOptions options, ComponentContext context) {
    return new WeightsAsSingularValues(options, context);
  }
}
