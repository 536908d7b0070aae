package dev.clp.runtime.rollout;

import dev.clp.runtime.config.RolloutOptions;

/**
 * How tokens are drawn.
 *
 * @param maxNewTokens the longest response in tokens, at least 1
 * @param temperature divides the logits; 1 samples the policy itself, 0 takes the likeliest token,
 *     as do temperatures below 1e-30, which logits of 32 bits cannot be divided by
 * @param topK the number of likeliest tokens to draw from; 0 for all
 * @param topP the probability mass of the likeliest tokens to draw from, in (0, 1]; 1 for all
 * @param minP the least probability to draw, as a share of the likeliest token's, in [0, 1]; 0 for
 *     all
 * @param shift what is added to the logits before the temperature divides them
 * @param likeliest how many of each place's likeliest tokens are kept beside the one drawn; they
 *     change nothing
 */
public record SamplingOptions(
    int maxNewTokens,
    double temperature,
    int topK,
    double topP,
    double minP,
    LogitShift shift,
    int likeliest) {

  private static final double LEAST_TEMPERATURE = 1e-30;

  public SamplingOptions {
    if (maxNewTokens < 1
        || !(temperature >= 0 && Double.isFinite(temperature))
        || topK < 0
        || !(topP > 0 && topP <= 1)
        || !(minP >= 0 && minP <= 1)
        || likeliest < 0) {
      throw new IllegalArgumentException(
          "sampling needs max-new-tokens >= 1, a finite temperature >= 0, top-k >= 0, 0 < top-p <="
              + " 1 and 0 <= min-p <= 1");
    }
    temperature = temperature < LEAST_TEMPERATURE ? 0 : temperature;
  }

  /** Options that neither ask for a share of the likeliest token nor change the logits. */
  public SamplingOptions(int maxNewTokens, double temperature, int topK, double topP) {
    this(maxNewTokens, temperature, topK, topP, 0, LogitShift.NONE, 0);
  }

  /** Returns what rows have in common that can be drawn at once. */
  SamplingOptions law() {
    return new SamplingOptions(1, temperature, topK, topP, minP, LogitShift.NONE, 0);
  }

  /** Returns the options that evaluation samples with. */
  public static SamplingOptions of(RolloutOptions options) {
    return new SamplingOptions(
        options.maxNewTokens(), options.temperature(), options.topK(), options.topP());
  }

  /** Returns whether responses are drawn from the policy itself. */
  public boolean isFaithful() {
    return temperature == 1 && topK == 0 && topP == 1 && minP == 0 && shift.isNone();
  }

  /** Returns the options that sample the policy itself, as training must. */
  public static SamplingOptions faithful(int maxNewTokens) {
    return new SamplingOptions(maxNewTokens, 1, 0, 1);
  }
}
