package dev.clp.rewards.lexicon;

/** What words that are not in the lexicon do to the mean. */
public enum UnknownWords {
  /** They count as words of value zero. */
  ZERO,
  /** They are left out. */
  SKIP
}
