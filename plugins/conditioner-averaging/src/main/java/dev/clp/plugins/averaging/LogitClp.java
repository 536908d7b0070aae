package dev.clp.plugins.averaging;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;

/**
 * Creates {@code logit-clp}: the output layer has a copy per objective, untied from the embedding.
 */
public final class LogitClp implements ComponentFactory<Conditioner, ClpOptions> {

  @Override
  public String name() {
    return "logit-clp";
  }

  @Override
  public String description() {
    return "Averages a copy of the output layer per objective; the rest is trained once.";
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
        context, ParameterAveraging.Selection.OUTPUT, ParameterAveraging.Source.TRAINED, options);
  }
}
