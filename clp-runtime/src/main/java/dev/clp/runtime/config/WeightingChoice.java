package dev.clp.runtime.config;

import dev.clp.api.Weighting;
import dev.clp.runtime.error.UserException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes a weighting of an experiment of what people say of it. */
public final class WeightingChoice {

  private WeightingChoice() {}

  /** Returns the KL coefficient if none is given: the middle of the experiment's range. */
  public static double usualKl(Experiment experiment) {
    return experiment.klCoefficients().at(0.5);
  }

  /**
   * Returns a weighting.
   *
   * @param weights by objective, in any proportion; objectives that are not named weigh nothing,
   *     and if none is named all weigh alike
   * @param klCoefficient the usual one if absent
   * @throws UserException if a name is no objective, or the numbers are no weights
   */
  public static Weighting of(
      Experiment experiment, Map<String, Double> weights, Optional<Double> klCoefficient) {
    List<String> objectives = experiment.context().objectives();
    for (String name : weights.keySet()) {
      if (!objectives.contains(name)) {
        throw new UserException(
            "there is no objective '" + name + "'; the objectives are " + objectives);
      }
    }
    double kl = klCoefficient.orElseGet(() -> usualKl(experiment));
    try {
      return weights.isEmpty()
          ? Weighting.balanced(objectives.size(), kl)
          : Weighting.ofProportions(
              objectives.stream().mapToDouble(name -> weights.getOrDefault(name, 0.0)).toArray(),
              kl);
    } catch (IllegalArgumentException e) {
      throw new UserException("the weights " + weights + ": " + e.getMessage(), e);
    }
  }
}
