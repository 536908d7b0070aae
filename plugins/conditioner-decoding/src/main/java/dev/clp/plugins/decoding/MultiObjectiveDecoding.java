package dev.clp.plugins.decoding;

import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Mixes experts of single objectives while decoding (Shi et al., 2024, arXiv 2406.18853): {@code
 * logits = sum_i w_i logits_i}, which is the normalised product of the experts' distributions to
 * the powers of the weights.
 *
 * <p>As many models are run per token as there are objectives. The KL weight changes nothing: the
 * experts are trained under the middle of the experiment's.
 */
final class MultiObjectiveDecoding implements Conditioner {

  private final double expertKl;

  MultiObjectiveDecoding(ComponentContext context) {
    this.expertKl = context.kl().at(0.5);
  }

  @Override
  public List<Weighting> experts(int objectives) {
    return IntStream.range(0, objectives)
        .mapToObj(i -> Weighting.corner(objectives, i, expertKl))
        .toList();
  }

  @Override
  public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
    return Policy.mixture(weighting.weights(), frozen.experts());
  }
}
