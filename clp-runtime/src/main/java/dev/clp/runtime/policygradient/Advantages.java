package dev.clp.runtime.policygradient;

import dev.clp.api.Spread;
import dev.clp.runtime.config.PolicyGradientOptions;
import dev.clp.runtime.config.PolicyGradientOptions.Deviation;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Turns the returns of one weighting's responses into advantages: what every response's gradient of
 * log-probability is multiplied by.
 *
 * <p>{@code reinforce} subtracts the batch's mean and {@code rloo} the mean of the prompt's other
 * responses. The latter is unbiased; the former's mean holds the response itself, which scales the
 * expected gradient by {@code 1 - 1/n} for {@code n} responses of equal weight, and leaves its
 * direction. {@code grpo} is biased, in direction, too: it divides by a deviation that depends on
 * the responses and differs between prompts, so prompts whose returns hardly differ count as much
 * as others. Without the division (Liu et al., 2025, "Dr. GRPO") it is {@code rloo} times {@code 1
 * - 1/n}.
 *
 * <p>Returns that differ by rounding alone, as {@link Spread} has it, have advantages of exactly 0:
 * what is compared (all responses, or those of one prompt) teaches nothing then, and an optimizer
 * that normalises the gradient, as Adam does, would make a whole step of the rounding.
 */
final class Advantages {

  private Advantages() {}

  /**
   * Computes advantages.
   *
   * @param returns one per response; the responses of one prompt follow each other
   * @param magnitudes the size of the numbers that each return is a sum of
   * @param probabilities the weight of each response in the expectation, summing to one
   */
  static double[] of(
      PolicyGradientOptions options,
      double[] returns,
      double[] magnitudes,
      double[] probabilities) {
    return switch (options.estimator()) {
      case REINFORCE ->
          compared(returns, magnitudes, returns.length, all -> centred(all, probabilities));
      case RLOO ->
          compared(returns, magnitudes, options.samplesPerPrompt(), Advantages::leaveOneOut);
      case GRPO ->
          compared(
              returns,
              magnitudes,
              options.samplesPerPrompt(),
              group -> standardised(group, options.grpoDeviation()));
    };
  }

  /**
   * Returns the advantages over all responses of each prompt with their probabilities: no constant
   * baseline changes the gradient then, so the plainest will do.
   */
  static double[] exact(double[] returns, double[] magnitudes, double[] probabilities) {
    return compared(returns, magnitudes, returns.length, all -> centred(all, probabilities));
  }

  /** Williams (1992) with the batch's mean return as the baseline. */
  private static double[] centred(double[] returns, double[] probabilities) {
    double mean =
        IntStream.range(0, returns.length).mapToDouble(i -> probabilities[i] * returns[i]).sum();
    return Arrays.stream(returns).map(value -> value - mean).toArray();
  }

  /** RLOO (Kool et al., 2019): the baseline is the mean of the prompt's other responses. */
  private static double[] leaveOneOut(double[] group) {
    double sum = Arrays.stream(group).sum();
    return Arrays.stream(group).map(value -> value - (sum - value) / (group.length - 1)).toArray();
  }

  /** GRPO (Shao et al., 2024): standardised within the prompt's responses. */
  private static double[] standardised(double[] group, Deviation divisor) {
    double mean = Arrays.stream(group).average().orElseThrow();
    double squares = Arrays.stream(group).map(value -> (value - mean) * (value - mean)).sum();
    double deviation =
        switch (divisor) {
          case POPULATION -> Math.sqrt(squares / group.length);
          case SAMPLE -> Math.sqrt(squares / (group.length - 1));
          case NONE -> 1;
        };
    return Arrays.stream(group).map(value -> (value - mean) / deviation).toArray();
  }

  /** Turns returns that are compared with each other into advantages. */
  private interface Comparison {
    double[] advantages(double[] group);
  }

  private static double[] compared(
      double[] returns, double[] magnitudes, int size, Comparison comparison) {
    double[] advantages = new double[returns.length];
    for (int at = 0; at < returns.length; at += size) {
      double[] group = Arrays.copyOfRange(returns, at, at + size);
      double range = Arrays.stream(group).max().orElse(0) - Arrays.stream(group).min().orElse(0);
      double magnitude = Arrays.stream(magnitudes, at, at + size).max().orElse(0);
      if (!Spread.isRounding(range, magnitude)) {
        System.arraycopy(comparison.advantages(group), 0, advantages, at, size);
      }
    }
    return advantages;
  }
}
