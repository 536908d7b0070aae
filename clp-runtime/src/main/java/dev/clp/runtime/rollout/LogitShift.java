package dev.clp.runtime.rollout;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What is added to a row's logits before a token is drawn: {@code logits[t] + bias[t] - frequency *
 * n[t] - presence * (n[t] > 0)}, where {@code n[t]} counts token {@code t} in the response so far.
 *
 * @param bias by token, finite; tokens outside of the vocabulary have no effect
 * @param presencePenalty taken once from every token that the response holds
 * @param frequencyPenalty taken from a token as often as the response holds it
 */
public record LogitShift(Map<Long, Double> bias, double presencePenalty, double frequencyPenalty) {

  /** Leaves the logits as they are. */
  public static final LogitShift NONE = new LogitShift(Map.of(), 0, 0);

  public LogitShift {
    bias = Map.copyOf(bias);
    if (!Double.isFinite(presencePenalty)
        || !Double.isFinite(frequencyPenalty)
        || bias.values().stream().anyMatch(value -> !Double.isFinite(value))) {
      throw new IllegalArgumentException("biases and penalties must be finite");
    }
  }

  /** Returns whether the logits stay as they are. */
  public boolean isNone() {
    return equals(NONE);
  }

  /**
   * Adds to one row.
   *
   * @param logits holds the row
   * @param at where the row begins
   * @param vocabulary the row's length
   * @param response the response so far
   */
  void addTo(float[] logits, int at, int vocabulary, long[] response) {
    bias.forEach(
        (token, value) -> {
          if (token >= 0 && token < vocabulary) {
            logits[at + Math.toIntExact(token)] += value.floatValue();
          }
        });
    if (presencePenalty == 0 && frequencyPenalty == 0) {
      return;
    }
    Set<Long> seen = new HashSet<>();
    for (long token : response) {
      double penalty = frequencyPenalty + (seen.add(token) ? presencePenalty : 0);
      logits[at + Math.toIntExact(token)] -= (float) penalty;
    }
  }
}
