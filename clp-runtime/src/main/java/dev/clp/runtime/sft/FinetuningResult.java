package dev.clp.runtime.sft;

import java.nio.file.Path;

/**
 * What finetuning came to.
 *
 * @param output the Hugging Face folder that was written
 * @param parameters the number of parameters
 * @param trainingSequences the number of examples that were trained on
 * @param validationSequences the number of examples that chose the best step
 * @param learnedTokens the tokens that one pass over the training examples learns
 * @param steps the steps that were taken
 * @param bestStep the step whose parameters were written
 * @param validationLoss the loss of those on the validation examples, in nats per learned token
 * @param isStoppedEarly whether patience ran out before the last step
 * @param seconds the wall-clock time of training, all its sessions together
 */
public record FinetuningResult(
    Path output,
    long parameters,
    int trainingSequences,
    int validationSequences,
    long learnedTokens,
    int steps,
    int bestStep,
    double validationLoss,
    boolean isStoppedEarly,
    double seconds) {}
