package dev.clp.rewards.lexicon;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.RewardModel;

/**
 * Creates the lexicon reward: the mood of a response by its words.
 *
 * <p>With {@code rules = mean} a score is in the lexicon's unit; with the default lexicon it lies
 * in [-4, 4], from the most unpleasant to the most pleasant, and 0 is neutral. Negation is not
 * considered: {@code not good} is pleasant. With {@code rules = vader} it is, as are words such as
 * {@code very} and {@code but}, capitals, exclamation marks and emoji; a score then lies in (-1,
 * 1). A response without words of the lexicon scores 0.
 */
public final class LexiconFactory implements ComponentFactory<RewardModel, LexiconOptions> {

  @Override
  public String name() {
    return "lexicon";
  }

  @Override
  public String description() {
    return "Rewards a pleasant mood: the mean valence of words, or VADER's sentiment with its"
        + " rules.";
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
    Lexicon lexicon =
        options.file().map(Lexicon::load).orElseGet(() -> Lexicon.builtIn(options.rules()));
    return new LexiconReward(options.rules().scorer(lexicon, options.unknown()));
  }
}
