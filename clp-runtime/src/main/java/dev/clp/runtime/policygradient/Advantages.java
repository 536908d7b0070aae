package dev.clp.runtime.policygradient;

import dev.clp.runtime.config.PolicyGradientOptions.Estimator;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Turns the returns of one weighting's rollouts into advantages: what every response's gradient of
 * log-probability is multiplied by.
 *
 * <p>Each is unbiased up to a positive factor: a baseline that does not depend on the response
 * itself leaves the expected gradient as it is and lowers its variance.
 */
final class Advantages {

  private static final double SMALLEST_DEVIATION = 1e-6;

  private Advantages() {}

  /**
   * Computes advantages.
   *
   * @param returns one per rollout; the responses of one prompt follow each other
   * @param shares the weight of each rollout in the expectation, summing to one
   * @param samplesPerPrompt the responses per prompt
   */
  static double[] of(Estimator estimator, double[] returns, double[] shares, int samplesPerPrompt) {
    return switch (estimator) {
      case REINFORCE -> centred(returns, shares);
      case RLOO -> perPrompt(returns, samplesPerPrompt, group -> leaveOneOut(group));
      case GRPO -> perPrompt(returns, samplesPerPrompt, group -> standardised(group));
    };
  }

  /** Williams (1992) with the batch's mean return as the baseline. */
  private static double[] centred(double[] returns, double[] shares) {
    double mean = IntStream.range(0, returns.length).mapToDouble(i -> shares[i] * returns[i]).sum();
    return Arrays.stream(returns).map(value -> value - mean).toArray();
  }

  /** RLOO (Kool et al., 2019): the baseline is the mean of the prompt's other responses. */
  private static double[] leaveOneOut(double[] group) {
    double sum = Arrays.stream(group).sum();
    return Arrays.stream(group).map(value -> value - (sum - value) / (group.length - 1)).toArray();
  }

  /** GRPO (Shao et al., 2024): standardised within the prompt's responses. */
  private static double[] standardised(double[] group) {
    double mean = Arrays.stream(group).average().orElse(0);
    double variance =
        Arrays.stream(group).map(value -> (value - mean) * (value - mean)).average().orElse(0);
    double deviation = Math.sqrt(variance) + SMALLEST_DEVIATION;
    return Arrays.stream(group).map(value -> (value - mean) / deviation).toArray();
  }

  private static double[] perPrompt(
      double[] returns, int samples, UnaryOperator<double[]> estimate) {
    double[] advantages = new double[returns.length];
    for (int at = 0; at < returns.length; at += samples) {
      double[] group = estimate.apply(Arrays.copyOfRange(returns, at, at + samples));
      System.arraycopy(group, 0, advantages, at, samples);
    }
    return advantages;
  }
}
