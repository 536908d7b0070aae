/**
 * A reward for the mood of a response: the valence of its words.
 *
 * <p>A lexicon gives words a number, here how pleasant they are; the reward is their mean, or a sum
 * by VADER's rules, which know negation, degree, contrast and emphasis. It costs nothing, needs
 * neither references nor a model, and anybody can read why a response scored as it did. A small
 * English lexicon for the mean and VADER's own for its rules are built in; any other in VADER's
 * format, or for the mean one of another quality than valence, can be named instead.
 */
package dev.clp.rewards.lexicon;
