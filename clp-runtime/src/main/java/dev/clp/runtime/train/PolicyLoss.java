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
    if (policy.terms().size() == 1 && policy.terms().get(0).weight() == 1) {
      return model(policy.terms().get(0)).surrogate(manager, batch, factors).scalar();
    }
    NDArray logits = null;
    for (Policy.Term term : policy.terms()) {
      // An array of the manager's, for the graph reads the weight once more in the backward pass.
      NDArray weight = manager.create((float) term.weight());
      NDArray scaled = model(term).logits(manager, batch).mul(weight);
      logits = logits == null ? scaled : logits.add(scaled);
    }
    NDArray targets = batch.targets(manager).reshape(new Shape(coefficients.length, 1));
    NDArray chosen = logits.logSoftmax(-1).gather(targets, 1).reshape(coefficients.length);
    return chosen.mul(factors).sum();
  }

  /** Returns the log-probability of every response under a model, in nats. */
  public static double[] logProbabilities(
      NDManager manager, CausalModel model, List<Rollout> rollouts) {
    return Torch.withGradients(
        false,
        () -> {
          float[] tokens;
          try (NDArray array = model.logProbabilities(manager, Rollout.batch(rollouts))) {
            tokens = array.toFloatArray();
          }
          double[] sums = new double[rollouts.size()];
          int at = 0;
          for (int i = 0; i < sums.length; i++) {
            for (int token = 0; token < rollouts.get(i).response().length(); token++) {
              sums[i] += tokens[at++];
            }
          }
          return sums;
        });
  }

  private static CausalModel model(Policy.Term term) {
    return (CausalModel) term.model();
  }
}
