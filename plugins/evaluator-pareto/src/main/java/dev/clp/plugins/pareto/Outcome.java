package dev.clp.plugins.pareto;

import dev.clp.api.Weighting;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a policy of one seed achieves at a weighting, on average over the examples.
 *
 * @param weighting the weighting asked for
 * @param rewards the mean raw reward per objective
 * @param klDivergence the mean KL divergence of the distribution that responses were drawn from
 *     from the reference, in nats per response; empty where that distribution was not recorded
 * @param logProbability the mean absolute value of the log-probabilities that {@code klDivergence}
 *     is a difference of, in nats: the scale of its rounding errors
 * @param tokens the mean number of generated tokens
 */
record Outcome(
    Weighting weighting,
    List<Double> rewards,
    OptionalDouble klDivergence,
    double logProbability,
    double tokens) {

  Outcome {
    rewards = List.copyOf(rewards);
  }

  /** Returns {@code w . E[R]}, with the rewards in their own units. */
  double innerProduct() {
    double sum = 0;
    for (int i = 0; i < rewards.size(); i++) {
      sum += weighting.weight(i) * rewards.get(i);
    }
    return sum;
  }
}
