/**
 * A reward for English text that is easy to read.
 *
 * <p>The classic formulas judge a text by two averages only: words per sentence and syllables per
 * word. They say nothing of whether it makes sense, and so this reward belongs beside one that
 * does. What counts as a sentence, a word and a syllable is defined in {@link
 * dev.clp.rewards.readability.ReadabilityOptions}.
 */
package dev.clp.rewards.readability;
