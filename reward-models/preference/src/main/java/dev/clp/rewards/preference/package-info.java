/**
 * A reward that was learned from people's choices: the score of a trained reward model.
 *
 * <p>A reward model reads a prompt and a response and gives one number per head; under the
 * Bradley-Terry model, the difference of two responses' numbers is the log-odds that the first is
 * preferred. The model is a Hugging Face folder with a sequence-classification head, for example
 * one that {@code clp train-reward} trained on preferences or ratings. The score is the raw number:
 * an experiment normalises each reward under its own reference. Several objectives may read the
 * heads of one folder and cost one forward pass. The component's name is {@code preference}.
 */
package dev.clp.rewards.preference;
