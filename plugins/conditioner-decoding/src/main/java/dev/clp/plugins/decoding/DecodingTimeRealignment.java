package dev.clp.plugins.decoding;

import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.KlRange;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import java.util.List;

/**
 * Changes the KL coefficient of a finished expert while decoding (Liu et al., 2024, arXiv
 * 2402.02992):
 *
 * <pre>logits = (1 - lambda) logits_ref + lambda logits_expert,
 * lambda = ((1 - alpha) / alpha) / ((1 - alpha_0) / alpha_0)</pre>
 *
 * <p>with the expert trained under the KL coefficient alpha_0. From alpha = 1 down to alpha_0,
 * lambda goes from 0, the reference, to 1, the expert; below alpha_0 it extrapolates, up to a
 * bound. The weights change nothing: the expert has them built in. Two models are run per token.
 */
final class DecodingTimeRealignment implements Conditioner {

  private final List<Weighting> experts;
  private final double maxLambda;

  DecodingTimeRealignment(DeraOptions options, ComponentContext context) {
    int objectives = context.objectives().size();
    double klCoefficient = expertKlCoefficient(options, context.klCoefficients());
    this.experts =
        List.of(
            options
                .objective()
                .map(
                    name ->
                        Weighting.corner(
                            objectives, index(name, context.objectives()), klCoefficient))
                .orElse(Weighting.balanced(objectives, klCoefficient)));
    this.maxLambda = options.maxLambda();
  }

  private static double expertKlCoefficient(DeraOptions options, KlRange klCoefficients) {
    double value = options.expertKl().orElse(klCoefficients.min());
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(
          "the expert needs a KL coefficient between 0 and 1 to be realigned from, but the experiment's"
              + " smallest is "
              + value
              + "; set expert-kl");
    }
    return value;
  }

  private static int index(String objective, List<String> objectives) {
    int index = objectives.indexOf(objective);
    if (index < 0) {
      throw new IllegalArgumentException(
          "there is no objective '" + objective + "'; the objectives are " + objectives);
    }
    return index;
  }

  @Override
  public List<Weighting> experts(int objectives) {
    return experts;
  }

  @Override
  public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
    double lambda = lambda(weighting.klCoefficient());
    return Policy.mixture(
        List.of(1 - lambda, lambda), List.of(frozen.reference(), frozen.experts().get(0)));
  }

  private double lambda(double klCoefficient) {
    double expertKlCoefficient = experts.get(0).klCoefficient();
    // A KL coefficient of 0 divides by zero: infinity, and therefore the bound.
    return Math.min(
        maxLambda,
        (1 - klCoefficient) * expertKlCoefficient / (klCoefficient * (1 - expertKlCoefficient)));
  }
}
