package dev.clp.rewards.rouge;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.RewardModel;

/** What the factories of the ROUGE family have in common: all but name and variant. */
abstract class RougeFactory implements ComponentFactory<RewardModel, RougeOptions> {

  private final String name;
  private final String unit;
  private final Variant variant;

  RougeFactory(String name, String unit, Variant variant) {
    this.name = name;
    this.unit = unit;
    this.variant = variant;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return "Rewards "
        + unit
        + " that a response shares with its best reference, in [0, 1]; tokenizer = unicode for"
        + " texts in other letters than a to z.";
  }

  @Override
  public Class<RewardModel> kind() {
    return RewardModel.class;
  }

  @Override
  public Class<RougeOptions> options() {
    return RougeOptions.class;
  }

  @Override
  public RewardModel create(RougeOptions options, ComponentContext context) {
    return new RougeReward(variant, options);
  }
}
