package dev.clp.plugins.samplers.adaptive;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.WeightSampler;

/** Creates the sampler {@code bandit}. */
public final class BanditFactory implements ComponentFactory<WeightSampler, BanditOptions> {

  /** Each arm is compared with each, which a thousand can be in milliseconds. */
  private static final int MOST_ARMS = 1000;

  @Override
  public String name() {
    return "bandit";
  }

  @Override
  public String description() {
    return "Draws most where another weighting would do better than what is reached: where the"
        + " front lags.";
  }

  @Override
  public Class<WeightSampler> kind() {
    return WeightSampler.class;
  }

  @Override
  public Class<BanditOptions> options() {
    return BanditOptions.class;
  }

  @Override
  public WeightSampler create(BanditOptions options, ComponentContext context) {
    return new AdaptiveWeightSampler(
        new Arms(name(), options.grid(), context, MOST_ARMS),
        options.grid().exploration(),
        new Shortfall(options.temperature()));
  }
}
