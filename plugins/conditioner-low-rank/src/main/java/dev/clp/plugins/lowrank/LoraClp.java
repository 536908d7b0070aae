package dev.clp.plugins.lowrank;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;

/** Creates {@code lora-clp}: every objective has a low-rank adapter of its own. */
public final class LoraClp implements ComponentFactory<Conditioner, LoraClpOptions> {

  @Override
  public String name() {
    return "lora-clp";
  }

  @Override
  public String description() {
    return "Averages the products of one low-rank adapter per objective by the weights, trained"
        + " jointly.";
  }

  @Override
  public Class<Conditioner> kind() {
    return Conditioner.class;
  }

  @Override
  public Class<LoraClpOptions> options() {
    return LoraClpOptions.class;
  }

  @Override
  public Conditioner create(LoraClpOptions options, ComponentContext context) {
    return new LowRankAveraging(options, context);
  }
}
