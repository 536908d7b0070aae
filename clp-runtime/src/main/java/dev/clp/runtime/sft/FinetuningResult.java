package dev.clp.runtime.sft;

import java.nio.file.Path;

/**
 * What finetuning came to.
 *
 * @param output the Hugging Face folder that was written
 * @param steps the steps that were taken
 * @param bestStep the step whose parameters were written
 * @param validationLoss the loss of those on the validation examples, in nats per learned token
 * @param isStoppedEarly whether patience ran out before the last step
 * @param seconds the wall-clock time of training, all its sessions together
 */
public record FinetuningResult(
    Path output,
    int steps,
    int bestStep,
    double validationLoss,
    boolean isStoppedEarly,
    double seconds) {}
