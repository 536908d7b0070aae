package dev.clp.plugins.soups;

import ai.djl.ndarray.NDArray;
import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.Model;
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
    List<Model> chosen =
        IntStream.range(0, weighting.objectives())
            .filter(i -> weighting.weight(i) >= threshold - ROUNDING)
            .mapToObj(i -> frozen.experts().get(i))
            .toList();
    Model first = chosen.get(0);
    if (chosen.size() == 1) {
      return Policy.of(first);
    }
    Map<String, NDArray> mean = new LinkedHashMap<>();
    for (String name : first.parameters().names()) {
      NDArray sum = first.parameter(name);
      for (Model expert : chosen.subList(1, chosen.size())) {
        sum = sum.add(expert.parameter(name));
      }
      mean.put(name, sum.div(chosen.size()));
    }
    return Policy.of(first.bind(mean));
  }
}
