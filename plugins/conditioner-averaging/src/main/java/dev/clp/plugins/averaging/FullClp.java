package dev.clp.plugins.averaging;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;

/** Creates {@code full-clp}: every parameter has a copy per objective. */
public final class FullClp implements ComponentFactory<Conditioner, ClpOptions> {

  @Override
  public String name() {
    return "full-clp";
  }

  @Override
  public String description() {
    return "Averages a copy of every parameter per objective by the weights, trained jointly.";
  }

  @Override
  public Class<Conditioner> kind() {
    return Conditioner.class;
  }

  @Override
  public Class<ClpOptions> options() {
    return ClpOptions.class;
  }

  @Override
  public Conditioner create(ClpOptions options, ComponentContext context) {
    return new ParameterAveraging(
        context,
        ParameterAveraging.Selection.EVERYTHING,
        ParameterAveraging.Source.TRAINED,
        options);
  }
}
