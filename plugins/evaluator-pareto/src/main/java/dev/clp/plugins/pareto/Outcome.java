package dev.clp.plugins.pareto;

import dev.clp.api.Weighting;
import java.util.List;

/**
 * What a policy of one seed achieves at a weighting, on average over the examples.
 *
 * @param weighting the weighting asked for
 * @param rewards the mean raw reward per objective
 * @param kl the mean KL divergence from the reference, in nats per response
 * @param tokens the mean number of generated tokens
 */
record Outcome(Weighting weighting, List<Double> rewards, double kl, double tokens) {

  Outcome {
    rewards = List.copyOf(rewards);
  }
}
