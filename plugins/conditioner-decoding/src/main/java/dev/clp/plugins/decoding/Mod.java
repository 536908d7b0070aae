package dev.clp.plugins.decoding;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;

/** Creates {@code mod}: an expert per objective, their logits mixed by the weights. */
public final class Mod implements ComponentFactory<Conditioner, ModOptions> {

  @Override
  public String name() {
    return "mod";
  }

  @Override
  public String description() {
    return "Mixes the logits of experts, each finetuned for one objective alone; no joint"
        + " training.";
  }

  @Override
  public Class<Conditioner> kind() {
    return Conditioner.class;
  }

  @Override
  public Class<ModOptions> options() {
    return ModOptions.class;
  }

  @Override
  public Conditioner create(ModOptions options, ComponentContext context) {
    return new MultiObjectiveDecoding(options, context);
  }
}
