package dev.clp.rewards.lexicon;

import java.util.function.ToDoubleFunction;

/** How the values of a text's words become its score. */
public enum Rules {
  /** Their mean. Word order, negation and emphasis mean nothing: {@code not good} is pleasant. */
  MEAN {
    @Override
    ToDoubleFunction<String> scorer(Lexicon lexicon, UnknownWords unknown) {
      return new MeanValue(lexicon, unknown);
    }
  },
  /**
   * The sum of the values after VADER's rules for negation, degree, contrast and emphasis, between
   * -1 and 1. It is made for the sentiment of English sentences.
   */
  VADER {
    @Override
    ToDoubleFunction<String> scorer(Lexicon lexicon, UnknownWords unknown) {
      return new VaderSentiment(lexicon);
    }
  };

  /** Returns what scores a text, for any number of threads. */
  abstract ToDoubleFunction<String> scorer(Lexicon lexicon, UnknownWords unknown);
}
