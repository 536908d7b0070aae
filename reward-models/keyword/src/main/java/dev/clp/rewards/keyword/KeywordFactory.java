package dev.clp.rewards.keyword;

import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.RewardModel;

/**
 * Creates the keyword reward: which of the given keywords a response mentions.
 *
 * <p>A keyword counts where it stands as a whole word: no letter, combining mark or digit precedes
 * or follows it. Anything else is a word's boundary, hyphens, apostrophes and underscores among
 * them: {@code cat} is in {@code black-cat} and in {@code cat's}, and not in {@code cats}. Scripts
 * that put no spaces between words, which are Han, Hiragana, Katakana, Thai, Lao, Khmer and
 * Myanmar, have a boundary beside every letter. A keyword may consist of several words, and any
 * white space may stand between them.
 *
 * <p>Typographic apostrophes are as good as straight ones, and decomposed letters as good as
 * composed ones; ligatures and full-width letters are characters of their own. Where case does not
 * matter, single characters are compared: {@code STRASSE} is not {@code straße}. Scores lie in [0,
 * 1]; how often a keyword occurs does not matter.
 */
public final class KeywordFactory implements ComponentFactory<RewardModel, KeywordOptions> {

  @Override
  public String name() {
    return "keyword";
  }

  @Override
  public String description() {
    return "Rewards the proportion of given keywords that a response mentions, in [0, 1].";
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
