package dev.clp.rewards.rouge;

import java.util.function.UnaryOperator;

/** Whose stems are compared. */
public enum Stemmer {
  /** Porter's stemmer with NLTK's extensions: the stems of Google's rouge_score. */
  NLTK {
    @Override
    UnaryOperator<String> create() {
      return NltkStemmer::stem;
    }
  },
  /**
   * The stems of ROUGE-1.5.5 with {@code -m}: an irregular form of WordNet's exception lists has
   * its base form ({@code children} has {@code child}), any other word the stem of Porter's own
   * program as Lin changed it.
   *
   * <p>The lists are WordNet 3.1's; those of WordNet 2.0, which ROUGE-1.5.5 brings, lack some
   * twenty rare nouns of them.
   */
  ROUGE_155 {
    @Override
    UnaryOperator<String> create() {
      return new Rouge155Stemmer()::stem;
    }
  };

  /** Creates a stemmer of words in lower case, for one thread. */
  abstract UnaryOperator<String> create();
}
