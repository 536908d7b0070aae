package dev.clp.rewards.lexicon;

import dev.clp.api.Completion;
import dev.clp.api.RewardModel;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Scores a response by the words of a lexicon.
 *
 * @param scorer scores a text, for any number of threads
 */
record LexiconReward(ToDoubleFunction<String> scorer) implements RewardModel {

  @Override
  public float[] score(List<Completion> completions) {
    float[] scores = new float[completions.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) scorer.applyAsDouble(completions.get(i).response());
    }
    return scores;
  }
}
