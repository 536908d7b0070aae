package dev.clp.rewards.lexicon;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.RewardModel;

/**
 * Creates the lexicon reward: the mean valence of a response's words.
 *
 * <p>A score is in the lexicon's unit; with the default lexicon it lies in [-4, 4], from the most
 * unpleasant to the most pleasant, and 0 is neutral. A response without words scores 0. Negation is
 * not considered: {@code not good} is pleasant.
 */
public final class LexiconFactory implements ComponentFactory<RewardModel, LexiconOptions> {

  @Override
  public String name() {
    return "lexicon";
  }

  @Override
  public String description() {
    return "Rewards words of a pleasant valence: the mean over the response's words.";
  }

  @Override
  public Class<RewardModel> kind() {
    return RewardModel.class;
  }

  @Override
  public Class<LexiconOptions> options() {
    return LexiconOptions.class;
  }

  @Override
  public RewardModel create(LexiconOptions options, ComponentContext context) {
    return new LexiconReward(Lexicon.load(options.file()), options.unknown());
  }
}
