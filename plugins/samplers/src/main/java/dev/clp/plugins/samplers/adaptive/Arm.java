package dev.clp.plugins.samplers.adaptive;

import dev.clp.api.Weighting;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Weights of the grid and a slice of the KL range, and what was seen there.
 *
 * @param weights one per objective
 * @param slice the slice of the KL range, counted from zero
 * @param seen what training reached; empty until it has been there
 */
record Arm(List<Double> weights, int slice, Optional<Seen> seen) {

  /**
   * Averages of what training reached.
   *
   * @param klCoefficient the KL coefficient alpha
   * @param rewards the mean reward per objective, as training saw them
   * @param klDivergence the KL divergence from the reference, in nats per response
   */
  record Seen(double klCoefficient, List<Double> rewards, double klDivergence) {

    /** Returns these averages moved towards a new observation by a fraction of the way. */
    Seen towards(Seen observed, double fraction) {
      List<Double> moved =
          IntStream.range(0, rewards.size())
              .mapToObj(i -> between(rewards.get(i), observed.rewards.get(i), fraction))
              .toList();
      return new Seen(
          between(klCoefficient, observed.klCoefficient, fraction),
          moved,
          between(klDivergence, observed.klDivergence, fraction));
    }

    private static double between(double from, double to, double fraction) {
      return from + fraction * (to - from);
    }
  }

  /** Returns {@code w . r} of rewards that were seen at any arm. */
  double weighted(List<Double> rewards) {
    double sum = 0;
    for (int i = 0; i < rewards.size(); i++) {
      sum += weights.get(i) * rewards.get(i);
    }
    return sum;
  }

  /** Returns the squared distance of the weights. */
  double distance(Weighting weighting) {
    double sum = 0;
    for (int i = 0; i < weights.size(); i++) {
      sum += Math.pow(weights.get(i) - weighting.weight(i), 2);
    }
    return sum;
  }
}
