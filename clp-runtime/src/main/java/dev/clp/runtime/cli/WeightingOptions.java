package dev.clp.runtime.cli;

import dev.clp.api.Weighting;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.error.UserException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A weighting of a run's policy, as people type it. */
final class WeightingOptions {

  @Option(
      names = "--weights",
      split = ",",
      paramLabel = "NAME=WEIGHT",
      description = "Weights by objective, in any proportion; default: equal.")
  private Map<String, Double> weights = new LinkedHashMap<>();

  @Option(
      names = "--kl",
      paramLabel = "COEFFICIENT",
      description = "The KL coefficient, in [0, 1]; default: the experiment's.")
  private Optional<Double> klCoefficient;

  /** Returns whether neither option is given. */
  boolean isEmpty() {
    return weights.isEmpty() && klCoefficient.isEmpty();
  }

  /** Returns whether the option of the weights is given. */
  boolean hasWeights() {
    return !weights.isEmpty();
  }

  /** Returns the KL coefficient, the middle of the experiment's range if none is given. */
  double klCoefficient(Experiment experiment) {
    return klCoefficient.orElse(experiment.klCoefficients().at(0.5));
  }

  /**
   * Returns the weighting; objectives that are not named weigh nothing.
   *
   * @throws UserException if a name is no objective, or the numbers are no weights
   */
  Weighting of(Experiment experiment) {
    List<String> objectives = experiment.context().objectives();
    for (String name : weights.keySet()) {
      if (!objectives.contains(name)) {
        throw new UserException(
            "--weights names '" + name + "', but the objectives are " + objectives);
      }
    }
    double kl = klCoefficient(experiment);
    if (weights.isEmpty()) {
      return Weighting.balanced(objectives.size(), kl);
    }
    try {
      return Weighting.ofProportions(
          objectives.stream().mapToDouble(name -> weights.getOrDefault(name, 0.0)).toArray(), kl);
    } catch (IllegalArgumentException e) {
      throw new UserException("--weights " + weights + ": " + e.getMessage());
    }
  }
}
