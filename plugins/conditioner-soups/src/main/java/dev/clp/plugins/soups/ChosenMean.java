package dev.clp.plugins.soups;

import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Model;
import dev.clp.api.ParameterSum;
import dev.clp.api.ParameterSum.Scaled;
import dev.clp.api.ParameterSum.Summand;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Averages the experts that a weighting chooses, all alike (Jang et al., 2023, arXiv 2310.11564):
 * {@code theta(w) = 1/|S| sum_{i in S} theta_i}, S the objectives whose weight is at least a
 * threshold.
 */
final class ChosenMean implements Conditioner {

  // Weights that were made by scaling reach 1/m up to rounding only.
  private static final double ROUNDING = 1e-6;

  private final double expertKlCoefficient;
  private final double threshold;

  ChosenMean(PersonalizedSoupsOptions options, ComponentContext context) {
    int objectives = context.objectives().size();
    this.expertKlCoefficient = context.klCoefficients().at(0.5);
    this.threshold = options.threshold().orElse(1.0 / objectives);
    if (threshold > 1.0 / objectives + ROUNDING) {
      throw new IllegalArgumentException(
          "threshold is "
              + threshold
              + ", which chooses nothing where "
              + objectives
              + " objectives have equal weights; expected at most 1 / "
              + objectives);
    }
  }

  @Override
  public List<Weighting> experts(int objectives) {
    return IntStream.range(0, objectives)
        .mapToObj(i -> Weighting.corner(objectives, i, expertKlCoefficient))
        .toList();
  }

  @Override
  public Policy condition(FrozenModels frozen, Parameters parameters, Weighting weighting) {
    List<Model> experts = frozen.experts();
    boolean[] chosen = new boolean[experts.size()];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = weighting.weight(i) >= threshold - ROUNDING;
    }
    double equal = 1.0 / IntStream.range(0, chosen.length).filter(i -> chosen[i]).count();
    Map<String, ParameterSum> sums = new LinkedHashMap<>();
    for (String name : frozen.reference().parameters().names()) {
      sums.put(
          name,
          new ParameterSum(
              IntStream.range(0, chosen.length)
                  .<Summand>mapToObj(
                      i -> new Scaled(chosen[i] ? equal : 0, experts.get(i).parameter(name)))
                  .toList()));
    }
    return Policy.of(frozen.reference(), sums);
  }
}
