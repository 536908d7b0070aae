package dev.clp.rewards.rouge;

import java.util.function.UnaryOperator;
import opennlp.tools.stemmer.PorterStemmer;

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
   * What ROUGE-1.5.5 does with {@code -m}: an irregular form of WordNet's exception lists is
   * replaced by its base form ({@code children} by {@code child}), any other word is stemmed as
   * Porter's own program does it.
   *
   * <p>The lists are WordNet 3.1's; those of WordNet 2.0, which ROUGE-1.5.5 brings, lack some
   * twenty rare nouns of them.
   */
  ROUGE_155 {
    @Override
    UnaryOperator<String> create() {
      PorterStemmer porter = new PorterStemmer();
      return word -> {
        String base = WordNetExceptions.base(word);
        return base != null ? base : porter.stem(word);
      };
    }
  };

  /** Creates a stemmer of words in lower case, for one thread. */
  abstract UnaryOperator<String> create();
}
