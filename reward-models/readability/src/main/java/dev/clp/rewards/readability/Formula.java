package dev.clp.rewards.readability;

/** A readability formula, in the direction in which higher is easier. */
public enum Formula {
  /**
   * Flesch's reading ease, in points: {@code 206.835 - 1.015 * words per sentence - 84.6 *
   * syllables per word}.
   *
   * <p>At most 121.22, for a word of one syllable; 60 to 70 is plain English, 0 and below what only
   * specialists read. Flesch, "A New Readability Yardstick", 1948.
   */
  FLESCH(0) {
    @Override
    double score(double wordsPerSentence, double syllablesPerWord) {
      return 206.835 - 1.015 * wordsPerSentence - 84.6 * syllablesPerWord;
    }
  },
  /**
   * The US school grade that understands the text, negated: {@code -(0.39 * words per sentence +
   * 11.8 * syllables per word - 15.59)}.
   *
   * <p>At most 3.4, for a word of one syllable; -8 is plain English, -18 and below what only
   * specialists read. Kincaid et al., "Derivation of New Readability Formulas for Navy Enlisted
   * Personnel", 1975.
   */
  FLESCH_KINCAID(-18) {
    @Override
    double score(double wordsPerSentence, double syllablesPerWord) {
      return -(0.39 * wordsPerSentence + 11.8 * syllablesPerWord - 15.59);
    }
  };

  private final double hardest;

  Formula(double hardest) {
    this.hardest = hardest;
  }

  /** Returns the score of what is not English text, and the lowest one where scores are clamped. */
  double hardest() {
    return hardest;
  }

  /**
   * Returns the score of a text.
   *
   * @param wordsPerSentence at least one
   * @param syllablesPerWord at least one
   */
  abstract double score(double wordsPerSentence, double syllablesPerWord);
}
