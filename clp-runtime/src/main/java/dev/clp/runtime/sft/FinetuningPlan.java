package dev.clp.runtime.sft;

/**
 * What is about to be trained.
 *
 * @param parameters the number of parameters
 * @param trainingSequences the number of examples that are trained on
 * @param validationSequences the number of examples that are validated on
 * @param cutSequences examples, of both kinds, that lost tokens because they are longer than the
 *     longest sequence
 * @param droppedSequences examples, of both kinds, that are left out because their prompt alone is
 *     as long as the longest sequence
 * @param learnedTokens the tokens that one pass over the training examples learns
 * @param steps the last step
 * @param stepsDone the steps that a checkpoint holds; training continues behind them
 */
public record FinetuningPlan(
    long parameters,
    int trainingSequences,
    int validationSequences,
    int cutSequences,
    int droppedSequences,
    long learnedTokens,
    int steps,
    int stepsDone) {}
