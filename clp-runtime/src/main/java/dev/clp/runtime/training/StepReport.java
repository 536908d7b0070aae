package dev.clp.runtime.training;

import com.fasterxml.jackson.annotation.JsonProperty;
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

  /** The metric of the mean KL divergence from the reference, in nats per response. */
  public static final String KL_DIVERGENCE = "kl-divergence";

  /** The metric of the mean length of responses, in tokens. */
  public static final String RESPONSE_TOKENS = "response-tokens";

  /** The metric of the distinct pairs of words over all pairs; absent if it was not measured. */
  public static final String DISTINCT_2 = "distinct-2";

  /** The metric of the weighted sum of the rewards as training sees them. */
  public static final String WEIGHTED_REWARD = "weighted-reward";

  public StepReport {
    parts = List.copyOf(parts);
  }

  /**
   * The rollouts of one weighting.
   *
   * @param weighting the weighting that was sampled
   * @param rewards the mean raw reward per objective
   * @param normalised the mean reward per objective as training saw it
   * @param klDivergence the mean KL divergence from the reference, in nats per response
   * @param value the mean of what is maximised: {@code (1 - alpha) * s(r) - alpha * KL}
   * @param tokens the mean length of responses
   * @param distinct2 the distinct pairs of words of all responses over all their pairs; empty if
   *     there are none, where responses are enumerated, and in logs written before it was measured
   */
  public record Part(
      Weighting weighting,
      List<Double> rewards,
      List<Float> normalised,
      @JsonProperty("kl") double klDivergence,
      double value,
      double tokens,
      OptionalDouble distinct2) {

    public Part {
      rewards = List.copyOf(rewards);
      normalised = List.copyOf(normalised);
    }

    /** Returns the weighted sum of the normalised rewards, whatever the scalarizer. */
    private double weightedReward() {
      double sum = 0;
      for (int i = 0; i < normalised.size(); i++) {
        sum += weighting.weight(i) * normalised.get(i);
      }
      return sum;
    }
  }

  /**
   * Returns the step's numbers, means over its weightings, by stable names.
   *
   * @param objectives the names of the objectives, in order
   */
  public Map<String, Double> metrics(List<String> objectives) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (int i = 0; i < objectives.size(); i++) {
      int objective = i;
      metrics.put("reward." + objectives.get(i), reward(i));
      metrics.put(
          "reward-normalised." + objectives.get(i), mean(part -> part.normalised().get(objective)));
    }
    metrics.put(WEIGHTED_REWARD, mean(Part::weightedReward));
    metrics.put("value", mean(Part::value));
    metrics.put(KL_DIVERGENCE, klDivergence());
    metrics.put(RESPONSE_TOKENS, mean(Part::tokens));
    parts.stream()
        .flatMapToDouble(part -> part.distinct2().stream())
        .average()
        .ifPresent(value -> metrics.put(DISTINCT_2, value));
    metrics.put("learning-rate", learningRate);
    metrics.put("gradient-norm", gradientNorm);
    return metrics;
  }

  private double mean(ToDoubleFunction<Part> value) {
    return parts.stream().mapToDouble(value).average().orElse(0);
  }

  /** Returns the mean raw reward of an objective over the step. */
  public double reward(int objective) {
    return parts.stream().mapToDouble(part -> part.rewards().get(objective)).average().orElse(0);
  }

  /** Returns the mean KL divergence over the step, in nats per response. */
  public double klDivergence() {
    return parts.stream().mapToDouble(Part::klDivergence).average().orElse(0);
  }
}
