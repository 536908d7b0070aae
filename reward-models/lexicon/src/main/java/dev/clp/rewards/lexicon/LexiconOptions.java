package dev.clp.rewards.lexicon;

import dev.clp.api.Option;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The options of the lexicon reward.
 *
 * <p>A lexicon is a text file in UTF-8 with one {@code word<TAB>value} per line. Further columns,
 * empty lines and lines that begin with {@code #} are ignored; where a word stands twice, the last
 * line counts. VADER's lexicon is such a file. Words are looked up as written, and otherwise in
 * lower case; entries of several words are never found.
 *
 * @param file the lexicon; the built-in one if absent
 * @param unknown what words that are not in the lexicon do to the mean
 */
public record LexiconOptions(
    @Option("The lexicon, one word<TAB>value per line; absent, a small English one of valence.")
        Optional<Path> file,
    @Option(
            value = "Words that the lexicon lacks: zero counts them as 0, skip leaves them out.",
            defaultsTo = "zero")
        UnknownWords unknown) {}
