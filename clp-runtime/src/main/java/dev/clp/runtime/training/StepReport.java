package dev.clp.runtime.training;

import dev.clp.api.Weighting;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What one step of training saw; a line of the event log.
 *
 * @param step counted from 1
 * @param learningRate the learning rate of this step
 * @param gradientNorm the gradient's global norm before clipping
 * @param parts one per weighting of the step
 */
public record StepReport(int step, double learningRate, double gradientNorm, List<Part> parts) {

  public StepReport {
    parts = List.copyOf(parts);
  }

  /**
   * The rollouts of one weighting.
   *
   * @param weighting the weighting that was sampled
   * @param rewards the mean raw reward per objective
   * @param normalised the mean reward per objective as training saw it
   * @param kl the mean KL divergence from the reference, in nats per response
   * @param value the mean of what is maximised: {@code (1 - alpha) * s(r) - alpha * KL}
   * @param tokens the mean length of responses
   * @param distinct2 the distinct pairs of words of all responses over all their pairs; empty if
   *     there are none, where responses are listed, and in logs written before it was measured
   */
  public record Part(
      Weighting weighting,
      List<Double> rewards,
      List<Float> normalised,
      double kl,
      double value,
      double tokens,
      OptionalDouble distinct2) {

    public Part {
      rewards = List.copyOf(rewards);
      normalised = List.copyOf(normalised);
    }
  }

  /** Returns the mean raw reward of an objective over the step. */
  public double reward(int objective) {
    return parts.stream().mapToDouble(part -> part.rewards().get(objective)).average().orElse(0);
  }

  /** Returns the mean KL divergence over the step, in nats per response. */
  public double kl() {
    return parts.stream().mapToDouble(Part::kl).average().orElse(0);
  }
}
