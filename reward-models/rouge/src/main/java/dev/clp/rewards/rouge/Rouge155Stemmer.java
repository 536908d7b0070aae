package dev.clp.rewards.rouge;

import opennlp.tools.stemmer.PorterStemmer;

/**
 * The stems of ROUGE-1.5.5 with {@code -m}.
 *
 * <p>An irregular form of WordNet's exception lists has its base form. Any other word has the stem
 * of Porter's own program, with a change of Lin's: step 4 goes on to {@code -ment}, then to {@code
 * -ent} or {@code -ion}, after it has removed another suffix or found it too long for the word
 * ({@code representation} has the stem {@code repres}, {@code judgement} has {@code judgem}).
 *
 * <p>An instance serves one thread, for Porter's program has a buffer.
 */
final class Rouge155Stemmer {

  private final PorterStemmer porter = new PorterStemmer();

  /** Returns the stem of a word in lower case. */
  String stem(String word) {
    String base = WordNetExceptions.base(word);
    if (base != null) {
      return base;
    }
    // Step 5 changes words in -e and -ll only, and so what step 4 goes on to can be done behind it.
    String stem = porter.stem(word);
    if (word.startsWith(stem + "ion")) {
      return stem; // Nothing follows -ion.
    }
    stem = withoutSuffix(stem, "ment");
    return stem.endsWith("ent")
        ? withoutSuffix(stem, "ent")
        : stem.endsWith("sion") || stem.endsWith("tion") ? withoutSuffix(stem, "ion") : stem;
  }

  private static String withoutSuffix(String word, String suffix) {
    if (!word.endsWith(suffix)) {
      return word;
    }
    String stem = word.substring(0, word.length() - suffix.length());
    return NltkStemmer.measure(stem) > 1 ? stem : word;
  }
}
