package dev.clp.rewards.readability;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.RewardModel;

/**
 * Creates the readability reward: how easy an English response is to read.
 *
 * <p>Higher is easier for both formulas: {@code flesch} is in points of Flesch's reading ease,
 * {@code flesch-kincaid} is the US school grade, negated. See {@link Formula} for their ranges. A
 * response that is not English text, such as a number or nothing, scores as the hardest text.
 */
public final class ReadabilityFactory implements ComponentFactory<RewardModel, ReadabilityOptions> {

  @Override
  public String name() {
    return "readability";
  }

  @Override
  public String description() {
    return "Rewards text that is easy to read, by the Flesch or the Flesch-Kincaid formula.";
  }

  @Override
  public Class<RewardModel> kind() {
    return RewardModel.class;
  }

  @Override
  public Class<ReadabilityOptions> options() {
    return ReadabilityOptions.class;
  }

  @Override
  public RewardModel create(ReadabilityOptions options, ComponentContext context) {
    return new ReadabilityReward(options);
  }
}
