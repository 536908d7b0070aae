package dev.clp.plugins.decoding;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;

/** Creates {@code dera}: one expert and the reference, mixed by the KL coefficient. */
public final class Dera implements ComponentFactory<Conditioner, DeraOptions> {

  @Override
  public String name() {
    return "dera";
  }

  @Override
  public String description() {
    return "Mixes the logits of the reference and of one expert by the KL coefficient; the weights"
        + " change nothing.";
  }

  @Override
  public Class<Conditioner> kind() {
    return Conditioner.class;
  }

  @Override
  public Class<DeraOptions> options() {
    return DeraOptions.class;
  }

  @Override
  public Conditioner create(DeraOptions options, ComponentContext context) {
    return new DecodingTimeRealignment(options, context);
  }
}
