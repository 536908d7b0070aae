/**
 * A reward for faithfulness: the probability that a response follows from what it was asked about.
 *
 * <p>Natural-language inference asks whether a hypothesis is entailed by a premise. With the source
 * as the premise and the response as the hypothesis, entailment is what a faithful summary has and
 * an invented one lacks. The judge is a text classifier in a Hugging Face folder, for example one
 * that {@code clp train-reward} trained with {@code nli {}}; the reward is only as good as that
 * classifier. The component's name is {@code nli}.
 */
package dev.clp.rewards.nli;
