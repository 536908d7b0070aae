package dev.clp.plugins.averaging;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;

/** Creates {@code attn-clp}: the attention projections have a copy per objective, the rest one. */
public final class AttnClp implements ComponentFactory<Conditioner, ClpOptions> {

  @Override
  public String name() {
    return "attn-clp";
  }

  @Override
  public String description() {
    return "Averages a copy of the attention projections per objective; the rest is trained once.";
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
        ParameterAveraging.Selection.ATTENTION,
        ParameterAveraging.Source.TRAINED,
        options);
  }
}
