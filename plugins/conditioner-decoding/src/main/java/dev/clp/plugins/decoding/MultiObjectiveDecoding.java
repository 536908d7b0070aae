package dev.clp.plugins.decoding;

import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Mixes experts of single objectives while decoding (Shi et al., 2024, arXiv 2406.18853): {@code
 * logits = sum_i w_i logits_i}, which is the normalised product of the experts' distributions to
 * the powers of the weights. That is the form for the reverse KL divergence, which training uses;
 * for others, {@link DivergenceMixture} mixes probabilities and runs the reference as well.
 *
 * <p>As many models are run per token as there are objectives. The KL coefficient changes nothing:
 * the experts are trained under the middle of the experiment's.
 */
final class MultiObjectiveDecoding implements Conditioner {

  private final ModOptions.Divergence divergence;
  private final double expertKlCoefficient;

  MultiObjectiveDecoding(ModOptions options, ComponentContext context) {
    this.divergence = options.divergence();
    this.expertKlCoefficient = context.klCoefficients().at(0.5);
  }

  @Override
  public List<Weighting> experts(int objectives) {
    return IntStream.range(0, objectives)
        .mapToObj(i -> Weighting.corner(objectives, i, expertKlCoefficient))
        .toList();
  }

  @Override
  public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
    if (divergence == ModOptions.Divergence.REVERSE_KL) {
      return Policy.mixture(weighting.weights(), frozen.experts());
    }
    return Policy.combining(
        Stream.concat(Stream.of(frozen.reference()), frozen.experts().stream()).toList(),
        new DivergenceMixture(divergence, weighting.weights()));
  }
}
