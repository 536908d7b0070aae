package dev.clp.rewards.brevity;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.RewardModel;

/**
 * Creates the brevity reward: how close a response's length is to a target.
 *
 * <p>The score is {@code -max(0, |length - target| / target - tolerance)}, at most 0: 0 at the
 * target, -1 for an empty response and for one of twice the target.
 */
public final class BrevityFactory implements ComponentFactory<RewardModel, BrevityOptions> {

  @Override
  public String name() {
    return "brevity";
  }

  @Override
  public String description() {
    return "Rewards a length close to a target; 0 at the target, below it elsewhere.";
  }

  @Override
  public Class<RewardModel> kind() {
    return RewardModel.class;
  }

  @Override
  public Class<BrevityOptions> options() {
    return BrevityOptions.class;
  }

  @Override
  public RewardModel create(BrevityOptions options, ComponentContext context) {
    return new BrevityReward(options);
  }
}
