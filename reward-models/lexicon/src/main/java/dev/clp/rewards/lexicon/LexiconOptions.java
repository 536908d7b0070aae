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
 * lower case; typographic apostrophes are as good as straight ones, and decomposed letters as good
 * as composed ones. Entries of several words are never found.
 *
 * @param rules how the values of a text's words become its score
 * @param file the lexicon; if absent, a small one that is built in for the mean, and VADER's own
 *     for its rules
 * @param unknown what words that are not in the lexicon do to the mean; {@code zero} is an error
 *     with VADER's rules, which take no mean
 */
public record LexiconOptions(
    @Option(
            value =
                "What is made of the words' values: mean knows no order and no negation; vader has"
                    + " VADER's rules for not, very, but, CAPITALS and !, and a score in [-1, 1].",
            defaultsTo = "mean")
        Rules rules,
    @Option(
            "The lexicon, one word<TAB>value per line; absent, a small English one of valence for"
                + " mean and VADER's for vader.")
        Optional<Path> file,
    @Option(
            value =
                "What words that the lexicon lacks do to the mean: skip leaves them out, zero"
                    + " counts them as 0.",
            defaultsTo = "skip")
        UnknownWords unknown) {

  /** Refuses an option that would have no effect. */
  public LexiconOptions {
    if (rules == Rules.VADER && unknown == UnknownWords.ZERO) {
      throw new IllegalArgumentException(
          "unknown = zero belongs to the mean, and rules = vader takes none; remove one of them");
    }
  }
}
