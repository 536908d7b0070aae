/**
 * Finds the weights of a user from what the user prefers.
 *
 * <p>A {@link dev.clp.runtime.choices.Choice} says which of two responses is better. {@link
 * dev.clp.runtime.choices.WeightFit} is the weighting under which choices are likeliest, {@link
 * dev.clp.runtime.choices.InformativePairs} chooses what to ask next, and {@link
 * dev.clp.runtime.choices.RunChoices} does both with the rewards and samples of a run.
 */
package dev.clp.runtime.choices;
