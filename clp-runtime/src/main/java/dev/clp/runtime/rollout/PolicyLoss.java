package dev.clp.runtime.rollout;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.Combination;
import dev.clp.api.Policy;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.TokenBatch;
import java.util.ArrayList;
import java.util.List;

/** Log-probabilities of responses, with and without their gradient. */
public final class PolicyLoss {

  private PolicyLoss() {}

  /**
   * Returns a scalar whose gradient is that of {@code sum_i coefficients[i] * log pi(token i)}.
   *
   * @param batches what each of the policy's terms reads; the scored tokens are the same for all
   * @param coefficients one per scored token
   */
  public static NDArray surrogate(
      NDManager manager, Policy policy, List<TokenBatch> batches, float[] coefficients) {
    NDArray factors = manager.create(coefficients);
    if (policy.combination() instanceof Combination.Single) {
      CausalModel only = CausalModel.of(policy.terms().get(0));
      return only.surrogate(manager, batches.get(0), factors).scalar();
    }
    return chosen(manager, policy, batches).mul(factors).sum();
  }

  /** Returns the log-probability of every response under a model, in nats. */
  public static double[] logProbabilities(
      NDManager manager, CausalModel model, List<Rollout> rollouts) {
    return logProbabilities(manager, Policy.of(model), List.of(Rollout.batch(rollouts)));
  }

  /** Returns the log-probability of every row's response under a policy, in nats. */
  public static double[] logProbabilities(
      NDManager manager, Policy policy, List<TokenBatch> batches) {
    TokenBatch first = batches.get(0);
    float[] tokens =
        Torch.withGradients(
            false,
            () -> {
              try (NDManager scope = manager.newSubManager()) {
                NDArray each =
                    policy.combination() instanceof Combination.Single
                        ? CausalModel.of(policy.terms().get(0)).logProbabilities(scope, first)
                        : chosen(scope, policy, batches);
                return each.toFloatArray();
              }
            });
    double[] sums = new double[first.scored().size()];
    int at = 0;
    for (int i = 0; i < sums.length; i++) {
      for (int token = 0; token < first.scored().get(i); token++) {
        sums[i] += tokens[at++];
      }
    }
    return sums;
  }

  /** Returns the log-probability of every scored token under combined logits, [scored tokens]. */
  private static NDArray chosen(NDManager manager, Policy policy, List<TokenBatch> batches) {
    List<NDArray> logits = new ArrayList<>();
    for (int i = 0; i < batches.size(); i++) {
      logits.add(CausalModel.of(policy.terms().get(i)).logits(manager, batches.get(i)));
    }
    TokenBatch scored = batches.get(0);
    NDArray targets = scored.targets(manager).reshape(new Shape(scored.scoredTokens(), 1));
    return CombinedLogits.of(manager, policy, logits)
        .logSoftmax(-1)
        .gather(targets, 1)
        .reshape(scored.scoredTokens());
  }
}
