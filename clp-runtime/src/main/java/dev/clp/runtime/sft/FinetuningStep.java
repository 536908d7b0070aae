package dev.clp.runtime.sft;

import java.util.OptionalDouble;

/**
 * What one step of finetuning saw; a line of the event log.
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

  /** Returns the same step with a loss on the validation examples. */
  FinetuningStep withValidationLoss(double loss) {
    return new FinetuningStep(
        step, learningRate, this.loss, gradientNorm, tokensPerSecond, OptionalDouble.of(loss));
  }
}
