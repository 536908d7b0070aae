package dev.clp.runtime.cli;

import dev.clp.api.Weighting;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.config.WeightingChoice;
import dev.clp.runtime.error.UserException;
import java.util.LinkedHashMap;
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
    return klCoefficient.orElseGet(() -> WeightingChoice.usualKl(experiment));
  }

  /**
   * Returns the weighting; objectives that are not named weigh nothing.
   *
   * @throws UserException if a name is no objective, or the numbers are no weights
   */
  Weighting of(Experiment experiment) {
    try {
      return WeightingChoice.of(experiment, weights, klCoefficient);
    } catch (UserException e) {
      throw new UserException((weights.isEmpty() ? "--kl: " : "--weights: ") + e.getMessage(), e);
    }
  }
}
