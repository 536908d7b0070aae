package dev.clp.rewards.readability;

import dev.clp.api.Option;

/**
 * The options of the readability reward.
 *
 * <p>A <em>word</em> is a run of letters and digits, apostrophes within it included. A
 * <em>sentence</em> ends with {@code .}, {@code !}, {@code ?} or an ellipsis, closing quotes and
 * brackets included, where white space or the end of the text follows, and at an empty line; only
 * sentences with a word count. The dot of {@code Mr. Smith} therefore ends a sentence, that of
 * {@code 3.14} does not. A word's <em>syllables</em> are those of its first pronunciation in the
 * CMU Pronouncing Dictionary; words that it lacks are estimated from their spelling by the rules of
 * Lingua::EN::Syllable. They are at least one; a number has one.
 *
 * <p>All of it is meant for English. A word is <em>English</em> if the dictionary has it; single
 * letters but {@code a}, {@code i} and {@code o} are not. A text scores no better than the hardest
 * if it has no English word, or more words of letters that are not English than words that are. So
 * {@code 42}, {@code x x x} and a text in another language are as hard as can be.
 *
 * @param formula the readability formula
 * @param clamp whether text that is harder than the formula's hardest counts as the hardest
 */
public record ReadabilityOptions(
    @Option(
            value =
                "The formula: flesch (reading ease, in points) or flesch-kincaid (US school grade,"
                    + " negated); higher is easier.",
            defaultsTo = "flesch")
        Formula formula,
    @Option(
            value =
                "Whether no text scores below 0 points or grade 18, however long its sentences;"
                    + " otherwise there is no lower bound.",
            defaultsTo = "true")
        boolean clamp) {}
