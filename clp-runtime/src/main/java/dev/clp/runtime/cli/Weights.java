package dev.clp.runtime.cli;

import dev.clp.api.Weighting;
import dev.clp.runtime.error.UserException;
import java.util.List;
import java.util.Map;

/** Weightings as people type them. */
final class Weights {

  private Weights() {}

  /**
   * Returns a weighting; objectives that are not named weigh nothing.
   *
   * @param proportions by objective, scaled to sum to one; empty for equal weights
   */
  static Weighting of(
      List<String> objectives, Map<String, Double> proportions, double klCoefficient) {
    for (String name : proportions.keySet()) {
      if (!objectives.contains(name)) {
        throw new UserException(
            "--weights names '" + name + "', but the objectives are " + objectives);
      }
    }
    if (proportions.isEmpty()) {
      return Weighting.balanced(objectives.size(), klCoefficient);
    }
    try {
      return Weighting.ofProportions(
          objectives.stream().mapToDouble(name -> proportions.getOrDefault(name, 0.0)).toArray(),
          klCoefficient);
    } catch (IllegalArgumentException e) {
      throw new UserException("--weights " + proportions + ": " + e.getMessage());
    }
  }
}
