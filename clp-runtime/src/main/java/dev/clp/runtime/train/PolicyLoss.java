package dev.clp.runtime.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.Policy;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.TokenBatch;
import dev.clp.runtime.rollout.Rollout;
import java.util.List;

/** Log-probabilities of responses, with and without their gradient. */
public final class PolicyLoss {

  private PolicyLoss() {}

  /**
   * Returns a scalar whose gradient is that of {@code sum_i coefficients[i] * log pi(token i)}.
   *
   * @param coefficients one per scored token
   */
  static NDArray surrogate(
      NDManager manager, Policy policy, TokenBatch batch, float[] coefficients) {
    NDArray factors = manager.create(coefficients);
    return isOneModel(policy)
        ? model(policy.terms().get(0)).surrogate(manager, batch, factors).scalar()
        : chosen(manager, policy, batch).mul(factors).sum();
  }

  /** Returns the log-probability of every response under a model, in nats. */
  public static double[] logProbabilities(
      NDManager manager, CausalModel model, List<Rollout> rollouts) {
    return logProbabilities(manager, Policy.of(model), Rollout.batch(rollouts));
  }

  /** Returns the log-probability of every row's response under a policy, in nats. */
  static double[] logProbabilities(NDManager manager, Policy policy, TokenBatch batch) {
    float[] tokens =
        Torch.withGradients(
            false,
            () -> {
              try (NDManager scope = manager.newSubManager()) {
                return isOneModel(policy)
                    ? model(policy.terms().get(0)).logProbabilities(scope, batch).toFloatArray()
                    : chosen(scope, policy, batch).toFloatArray();
              }
            });
    double[] sums = new double[batch.scored().size()];
    int at = 0;
    for (int i = 0; i < sums.length; i++) {
      for (int token = 0; token < batch.scored().get(i); token++) {
        sums[i] += tokens[at++];
      }
    }
    return sums;
  }

  /** Returns the log-probability of every scored token under a sum of logits, [scored tokens]. */
  private static NDArray chosen(NDManager manager, Policy policy, TokenBatch batch) {
    NDArray logits = null;
    for (Policy.Term term : policy.terms()) {
      // An array of the manager's, for the graph reads the weight once more in the backward pass.
      NDArray weight = manager.create((float) term.weight());
      NDArray scaled = model(term).logits(manager, batch).mul(weight);
      logits = logits == null ? scaled : logits.add(scaled);
    }
    NDArray targets = batch.targets(manager).reshape(new Shape(batch.scoredTokens(), 1));
    return logits.logSoftmax(-1).gather(targets, 1).reshape(batch.scoredTokens());
  }

  private static boolean isOneModel(Policy policy) {
    return policy.terms().size() == 1 && policy.terms().get(0).weight() == 1;
  }

  private static CausalModel model(Policy.Term term) {
    return (CausalModel) term.model();
  }
}
