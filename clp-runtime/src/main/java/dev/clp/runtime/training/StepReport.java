package dev.clp.runtime.training;

import dev.clp.api.Weighting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

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

    /** Returns the weighted sum of the rewards as training sees them, whatever the scalarizer. */
    double weightedReward() {
      double sum = 0;
      for (int i = 0; i < normalised.size(); i++) {
        sum += weighting.weight(i) * normalised.get(i);
      }
      return sum;
    }
  }

  /**
   * Returns the step as numbers by a stable name, means over its weightings: {@code reward.NAME} as
   * it was scored, {@code reward-normalised.NAME} as training saw it and {@code weighted-reward},
   * the weighted sum of these; {@code kl-divergence} in nats per response, {@code value}, {@code
   * response-tokens}, {@code distinct-2} where it was measured, {@code learning-rate} and {@code
   * gradient-norm}.
   *
   * @param objectives the names, in order
   */
  public Map<String, Double> metrics(List<String> objectives) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (int i = 0; i < objectives.size(); i++) {
      int objective = i;
      metrics.put("reward." + objectives.get(i), reward(i));
      metrics.put(
          "reward-normalised." + objectives.get(i), mean(part -> part.normalised().get(objective)));
    }
    metrics.put("weighted-reward", mean(Part::weightedReward));
    metrics.put("kl-divergence", kl());
    metrics.put("value", mean(Part::value));
    metrics.put("response-tokens", mean(Part::tokens));
    parts.stream()
        .map(Part::distinct2)
        .flatMapToDouble(OptionalDouble::stream)
        .average()
        .ifPresent(distinct -> metrics.put("distinct-2", distinct));
    metrics.put("learning-rate", learningRate);
    metrics.put("gradient-norm", gradientNorm);
    return metrics;
  }

  /** Returns the mean raw reward of an objective over the step. */
  public double reward(int objective) {
    return mean(part -> part.rewards().get(objective));
  }

  /** Returns the mean KL divergence over the step, in nats per response. */
  public double kl() {
    return mean(Part::kl);
  }

  private double mean(ToDoubleFunction<Part> value) {
    return parts.stream().mapToDouble(value).average().orElse(0);
  }
}
