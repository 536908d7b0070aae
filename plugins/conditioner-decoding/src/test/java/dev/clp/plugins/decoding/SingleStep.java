package dev.clp.plugins.decoding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Model;
import dev.clp.api.ParameterGroup;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Responses of one token, of which everything is known: the reference, the rewards, and the best
 * policy of every weighting, {@code pi* ~ pi_ref exp(((1 - alpha) / alpha) w.R)}.
 */
final class SingleStep {

  static final Table REFERENCE = new Table(List.of(0.3, -1.2, 0.0, 1.1, -0.4));

  private static final double[][] REWARDS = {
    {1, 0.2, -0.3, 0.5, 0.7}, {-0.5, 0.9, 0.4, 0.1, 0.6}, {0.2, 0.1, 1, -1, 0}
  };

  private SingleStep() {}

  /** A model that is a table of logits, one per response. */
  record Table(List<Double> logits) implements Model {

    @Override
    public Parameters parameters() {
      return Parameters.none();
    }

    @Override
    public NDArray parameter(String name) {
      throw new IllegalArgumentException("a table has no parameter '" + name + "'");
    }

    @Override
    public Set<String> names(ParameterGroup group) {
      return Set.of();
    }

    @Override
    public Model bind(Map<String, NDArray> replacements) {
      throw new IllegalArgumentException("a table binds nothing, not " + replacements.keySet());
    }
  }

  /** Returns the best policy's log-probabilities, which are logits of it, as a model. */
  static Table best(double klCoefficient, double... weights) {
    double[] logits = REFERENCE.logits().stream().mapToDouble(logit -> logit).toArray();
    for (int response = 0; response < logits.length; response++) {
      for (int objective = 0; objective < weights.length; objective++) {
        logits[response] +=
            (1 - klCoefficient) / klCoefficient * weights[objective] * REWARDS[objective][response];
      }
    }
    double[] probabilities = softmax(logits);
    return new Table(Arrays.stream(probabilities).map(Math::log).boxed().toList());
  }

  /** Returns the probabilities of a policy whose terms are tables. */
  static double[] probabilities(Policy policy) {
    try (NDManager manager = NDManager.newBaseManager()) {
      List<NDArray> logits =
          policy.terms().stream()
              .map(term -> ((Table) term.model()).logits())
              .map(row -> manager.create(row.stream().mapToDouble(logit -> logit).toArray()))
              .toList();
      NDArray combined = policy.combination().combine(logits);
      return softmax(combined.toDoubleArray());
    }
  }

  private static double[] softmax(double[] logits) {
    double[] probabilities = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = Math.exp(logits[i]);
      sum += probabilities[i];
    }
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] /= sum;
    }
    return probabilities;
  }
}
