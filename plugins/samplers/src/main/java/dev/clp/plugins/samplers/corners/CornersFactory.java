package dev.clp.plugins.samplers.corners;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.NoOptions;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;

/** Creates the sampler {@code corners}. */
public final class CornersFactory implements ComponentFactory<WeightSampler, NoOptions> {

  @Override
  public String name() {
    return "corners";
  }

  @Override
  public String description() {
    return "Puts all weight on one objective, each equally likely.";
  }

  @Override
  public Class<WeightSampler> kind() {
    return WeightSampler.class;
  }

  @Override
  public Class<NoOptions> options() {
    return NoOptions.class;
  }

  @Override
  public WeightSampler create(NoOptions options, ComponentContext context) {
    int objectives = context.objectives().size();
    return random ->
        Weighting.corner(
            objectives, random.nextInt(objectives), context.klCoefficients().draw(random));
  }
}
