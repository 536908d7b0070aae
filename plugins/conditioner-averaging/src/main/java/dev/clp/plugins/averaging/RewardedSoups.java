package dev.clp.plugins.averaging;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Conditioner;
import dev.clp.api.NoOptions;
import java.util.Optional;

/**
 * Creates {@code rewarded-soups}: experts of single objectives, averaged without joint training.
 */
public final class RewardedSoups implements ComponentFactory<Conditioner, NoOptions> {

  @Override
  public String name() {
    return "rewarded-soups";
  }

  @Override
  public String description() {
    return "Averages experts, each finetuned for one objective alone; no joint training.";
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
    return new ParameterAveraging(
        context,
        ParameterAveraging.Selection.EVERYTHING,
        ParameterAveraging.Source.EXPERTS,
        new ClpOptions(KlGate.NONE, Optional.empty()));
  }
}
