package dev.clp.rewards.keyword;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.RewardModel;

/**
 * Creates the keyword reward: which of the given keywords a response mentions.
 *
 * <p>A keyword counts where it stands as a whole word: neither a letter nor a digit precedes or
 * follows it. It may consist of several words, and any white space may stand between them. Scores
 * lie in [0, 1]; how often a keyword occurs does not matter.
 */
public final class KeywordFactory implements ComponentFactory<RewardModel, KeywordOptions> {

  @Override
  public String name() {
    return "keyword";
  }

  @Override
  public String description() {
    return "Rewards the share of given keywords that a response mentions, in [0, 1].";
  }

  @Override
  public Class<RewardModel> kind() {
    return RewardModel.class;
  }

  @Override
  public Class<KeywordOptions> options() {
    return KeywordOptions.class;
  }

  @Override
  public RewardModel create(KeywordOptions options, ComponentContext context) {
    return new KeywordReward(options);
  }
}
