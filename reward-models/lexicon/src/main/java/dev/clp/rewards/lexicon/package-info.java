/**
 * A reward for the mood of a response: the mean valence of its words.
 *
 * <p>A lexicon gives words a number, here how pleasant they are; the reward is their mean. It costs
 * nothing, needs neither references nor a model, and anybody can read why a response scored as it
 * did. A small English lexicon is built in; any other in VADER's format, or of another quality than
 * valence, can be named instead.
 */
package dev.clp.rewards.lexicon;
