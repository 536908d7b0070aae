package dev.clp.plugins.exact;

import dev.clp.api.Sample;
import dev.clp.api.Weighting;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * The values at one weighting, in units of the rewards, on average over the examples.
 *
 * @param policy {@code V(pi)}
 * @param reference {@code V(pi_ref) = (1 - alpha) E_ref[w.R]}
 * @param best {@code V* = alpha log E_ref[exp(((1 - alpha) / alpha) w.R)]}, and at {@code alpha =
 *     0} the largest {@code w.R}
 */
record Values(double policy, double reference, double best) {

  /** Log-probabilities are single-precision numbers: their errors stay well below this. */
  private static final double TOLERANCE = 1e-3;

  /** A gain below this share of the values is rounding. */
  private static final double ROUNDING = 1e-9;

  /** Returns what the policy lacks: {@code V* - V(pi)}. */
  double regret() {
    return best - policy;
  }

  /**
   * Returns {@code (V(pi) - V(pi_ref)) / (V* - V(pi_ref))}, at most 1; nothing where the reference
   * is the best already.
   */
  OptionalDouble share() {
    double gain = best - reference;
    return gain > ROUNDING * Math.max(1, Math.abs(best))
        ? OptionalDouble.of((policy - reference) / gain)
        : OptionalDouble.empty();
  }

  /** Returns the mean of the values of several examples. */
  static Values mean(Collection<Values> examples) {
    return new Values(
        mean(examples, Values::policy),
        mean(examples, Values::reference),
        mean(examples, Values::best));
  }

  /**
   * Sums over the responses to one example.
   *
   * @param listed every response once, all of one policy, seed, weighting and example
   * @throws IllegalArgumentException if they are not all responses: if their probabilities under
   *     the policy or the reference do not sum to one
   */
  static Values of(List<Sample> listed) {
    requireAll(listed, "policy", Sample::logProbability);
    requireAll(listed, "reference", Sample::referenceLogProbability);
    Weighting weighting = listed.get(0).weighting();
    double alpha = weighting.kl();
    double policy = 0;
    double reference = 0;
    double largest = Double.NEGATIVE_INFINITY;
    for (Sample sample : listed) {
      double reward = (1 - alpha) * reward(sample);
      policy += Math.exp(sample.logProbability()) * (reward - alpha * sample.kl());
      reference += Math.exp(sample.referenceLogProbability()) * reward;
      largest = Math.max(largest, reward);
    }
    if (alpha == 0) {
      return new Values(policy, reference, largest);
    }
    // The largest exponent is taken out, for exp(1 / alpha) overflows at small alpha.
    double sum = 0;
    for (Sample sample : listed) {
      double exponent = ((1 - alpha) * reward(sample) - largest) / alpha;
      sum += Math.exp(sample.referenceLogProbability() + exponent);
    }
    return new Values(policy, reference, largest + alpha * Math.log(sum));
  }

  private static double reward(Sample sample) {
    double sum = 0;
    for (int i = 0; i < sample.scores().size(); i++) {
      sum += sample.weighting().weight(i) * sample.scores().get(i);
    }
    return sum;
  }

  private static double mean(Collection<Values> examples, ToDoubleFunction<Values> value) {
    return examples.stream().mapToDouble(value).average().orElseThrow();
  }

  private static void requireAll(
      List<Sample> listed, String whose, ToDoubleFunction<Sample> logProbability) {
    double sum =
        listed.stream().mapToDouble(sample -> Math.exp(logProbability.applyAsDouble(sample))).sum();
    if (!(Math.abs(sum - 1) <= TOLERANCE)) {
      Sample first = listed.get(0);
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected every response once, their probabilities under the %s summing to 1, but"
                  + " found %,d whose probabilities sum to %.6g (policy '%s', seed %d, weighting %s,"
                  + " example '%s'); set evaluation.responses = listed and run again",
              whose,
              listed.size(),
              sum,
              first.policy(),
              first.seed(),
              first.weighting(),
              first.example()));
    }
  }
}
