package dev.clp.rewards.brevity;

import dev.clp.api.Completion;
import dev.clp.api.RewardModel;
import java.util.List;

/**
 * Scores a response by how far its length is from the target:
 *
 * <pre>score = -max(0, |length - target| / target - tolerance)</pre>
 *
 * <p>Scores are at most 0. Without tolerance, an empty response scores -1, as does one of twice the
 * target; longer ones score less without a bound.
 */
final class BrevityReward implements RewardModel {

  private final BrevityOptions options;

  BrevityReward(BrevityOptions options) {
    this.options = options;
  }

  @Override
  public float[] score(List<Completion> completions) {
    float[] scores = new float[completions.size()];
    for (int i = 0; i < scores.length; i++) {
      double length = options.unit().lengthOf(completions.get(i).response());
      double distance = Math.abs(length - options.target()) / options.target();
      // A difference, not a negation, for the best score shall be 0 and not -0.
      scores[i] = (float) (0 - Math.max(0, distance - options.tolerance()));
    }
    return scores;
  }
}
