package dev.clp.runtime.sft;

import dev.clp.runtime.training.Learner;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one step of learning from examples showed; a line of the event log.
 *
 * @param step counted from 1
 * @param learningRate the learning rate of this step
 * @param loss the mean loss of the batch before the step, in nats per learned token
 * @param gradientNorm the gradient's global norm before clipping
 * @param tokensPerSecond tokens read and learned from per second of this step, padding not counted
 * @param validationLoss the loss on the validation examples after the step, in nats per learned
 *     token, if it was evaluated
 */
public record FinetuningStep(
    int step,
    double learningRate,
    double loss,
    double gradientNorm,
    double tokensPerSecond,
    OptionalDouble validationLoss) {

  /** Returns the step as numbers by a stable name, as {@link Learner#metrics} says. */
  public Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("loss", loss);
    validationLoss.ifPresent(measured -> metrics.put(Learner.VALIDATION_LOSS, measured));
    metrics.put("learning-rate", learningRate);
    metrics.put("gradient-norm", gradientNorm);
    metrics.put("tokens-per-second", tokensPerSecond);
    return metrics;
  }
}
