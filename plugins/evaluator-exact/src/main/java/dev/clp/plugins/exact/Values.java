package dev.clp.plugins.exact;

import dev.clp.api.Sample;
import dev.clp.api.Spread;
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

  /** Returns what the policy lacks: {@code V* - V(pi)}. */
  double regret() {
    return best - policy;
  }

  /**
   * Returns {@code (V(pi) - V(pi_ref)) / (V* - V(pi_ref))}, at most 1; nothing where the reference
   * is the best already.
   */
  OptionalDouble proportion() {
    double gain = best - reference;
    return Spread.isRounding(gain, Math.max(Math.abs(best), Math.abs(reference)))
        ? OptionalDouble.empty()
        : OptionalDouble.of((policy - reference) / gain);
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
   * @param enumerated every response once, all of one policy, seed, weighting and example
   * @throws IllegalArgumentException if they are not all responses: if their probabilities under
   *     the policy or the reference do not sum to one
   */
  static Values of(List<Sample> enumerated) {
    // What the sums of single-precision probabilities are off one by would pass for a gain.
    double policyMass = requireAll(enumerated, "policy", Sample::logProbability);
    double referenceMass = requireAll(enumerated, "reference", Sample::referenceLogProbability);
    double alpha = enumerated.get(0).weighting().klCoefficient();
    double policy = 0;
    double reference = 0;
    double largest = Double.NEGATIVE_INFINITY;
    for (Sample sample : enumerated) {
      double reward = (1 - alpha) * reward(sample);
      policy +=
          sample.probability()
              / policyMass
              * (reward - alpha * (logRatio(sample) + Math.log(referenceMass / policyMass)));
      reference += Math.exp(sample.referenceLogProbability()) / referenceMass * reward;
      largest = Math.max(largest, reward);
    }
    if (alpha == 0) {
      return new Values(policy, reference, largest);
    }
    // The largest exponent is taken out, for exp(1 / alpha) overflows at small alpha.
    double sum = 0;
    for (Sample sample : enumerated) {
      double exponent = ((1 - alpha) * reward(sample) - largest) / alpha;
      sum += Math.exp(sample.referenceLogProbability() + exponent) / referenceMass;
    }
    return new Values(policy, reference, largest + alpha * Math.log(sum));
  }

  private static double logRatio(Sample sample) {
    return sample.logProbability() - sample.referenceLogProbability();
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

  /** Returns the sum of the probabilities, which is one up to rounding. */
  private static double requireAll(
      List<Sample> enumerated, String whose, ToDoubleFunction<Sample> logProbability) {
    double sum =
        enumerated.stream()
            .mapToDouble(sample -> Math.exp(logProbability.applyAsDouble(sample)))
            .sum();
    if (!(Math.abs(sum - 1) <= TOLERANCE)) {
      Sample first = enumerated.get(0);
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected every response once, their probabilities under the %s summing to 1, but"
                  + " found %,d whose probabilities sum to %.6g (policy '%s', seed %d, weighting"
                  + " %s, example '%s'); enumerate them by evaluation.responses and run again",
              whose,
              enumerated.size(),
              sum,
              first.policy(),
              first.seed(),
              first.weighting(),
              first.example()));
    }
    return sum;
  }
}
