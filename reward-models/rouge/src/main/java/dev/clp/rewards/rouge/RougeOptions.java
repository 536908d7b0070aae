package dev.clp.rewards.rouge;

import dev.clp.api.Option;

/**
 * The options of every ROUGE reward.
 *
 * @param stem whether words are compared by their stem; words of up to three characters are
 *     compared as they are
 * @param stemmer whose stems they are, if words are stemmed
 * @param tokenizer what a word is
 * @param measure what of the overlap is scored
 */
public record RougeOptions(
    @Option(
            value = "Whether words longer than three characters are compared by their Porter stem.",
            defaultsTo = "true")
        boolean stem,
    @Option(
            value =
                "Whose stems: nltk's, as rouge_score has them, or rouge-155, which are WordNet's"
                    + " exceptions and Porter's stems as ROUGE-1.5.5 has them with -m.",
            defaultsTo = "nltk")
        Stemmer stemmer,
    @Option(
            value =
                "What a word is: ascii has runs of a-z and 0-9 alone, as rouge_score does; unicode"
                    + " has letters and digits of every script.",
            defaultsTo = "ascii")
        Tokenization tokenizer,
    @Option(
            value = "What of the overlap is scored, in [0, 1]: f-measure, precision or recall.",
            defaultsTo = "f-measure")
        Measure measure) {

  /** Refuses an option that would have no effect. */
  public RougeOptions {
    if (!stem && stemmer != Stemmer.NLTK) {
      throw new IllegalArgumentException(
          "stemmer = rouge-155 has no effect with stem = false; remove one of them");
    }
  }
}
