package dev.clp.plugins.decoding;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;
import dev.clp.api.NoOptions;

/** Creates {@code mod}: an expert per objective, their logits mixed by the weights. */
public final class Mod implements ComponentFactory<Conditioner, NoOptions> {

  @Override
  public String name() {
    return "mod";
  }

  @Override
  public String description() {
    return "Mixes the logits of experts, each finetuned for one objective alone; no joint training.";
  }

  @Override
  public Class<Conditioner> kind() {
    return Conditioner.class;
  }

  @Override
  public Class<NoOptions> options() {
    return NoOptions.class;
  }

  @Override
  public Conditioner create(NoOptions options, ComponentContext context) {
    return new MultiObjectiveDecoding(context);
  }
}
