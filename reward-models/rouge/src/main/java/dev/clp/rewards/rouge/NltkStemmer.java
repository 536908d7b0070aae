package dev.clp.rewards.rouge;

import java.util.Map;

/**
 * Porter's stemmer as NLTK runs it by default, whose stems Google's rouge_score compares.
 *
 * <p>It is the published algorithm with what NLTK calls its extensions: a few irregular words have
 * stems of their own, {@code -ies} and {@code -ied} keep their {@code e} in words of four letters
 * ({@code ties}, {@code died}), a final {@code y} becomes {@code i} after any consonant but a
 * word's first letter ({@code fly}, {@code enjoy} unchanged), {@code -alli}, {@code -fulli} and
 * {@code -logi} are suffixes of step 2, and a vowel followed by a consonant is a short syllable
 * ({@code used} becomes {@code use}).
 *
 * <p>Porter, "An algorithm for suffix stripping", Program 14(3), 1980; the names of the steps are
 * the paper's. A word is in lower case; other characters than {@code aeiouy} count as consonants.
 */
final class NltkStemmer {

  private static final Map<String, String> IRREGULAR =
      Map.ofEntries(
          Map.entry("skies", "sky"),
          Map.entry("sky", "sky"),
          Map.entry("dying", "die"),
          Map.entry("lying", "lie"),
          Map.entry("tying", "tie"),
          Map.entry("news", "news"),
          Map.entry("innings", "inning"),
          Map.entry("inning", "inning"),
          Map.entry("outings", "outing"),
          Map.entry("outing", "outing"),
          Map.entry("cannings", "canning"),
          Map.entry("canning", "canning"),
          Map.entry("howe", "howe"),
          Map.entry("proceed", "proceed"),
          Map.entry("exceed", "exceed"),
          Map.entry("succeed", "succeed"));

  /** Suffixes and what replaces them; the first that a word ends with is the only one tried. */
  private static final String[][] STEP_2 = {
    {"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"}, {"anci", "ance"}, {"izer", "ize"},
    {"bli", "ble"}, {"entli", "ent"}, {"eli", "e"}, {"ousli", "ous"}, {"ization", "ize"},
    {"ation", "ate"}, {"ator", "ate"}, {"alism", "al"}, {"iveness", "ive"}, {"fulness", "ful"},
    {"ousness", "ous"}, {"aliti", "al"}, {"iviti", "ive"}, {"biliti", "ble"}, {"fulli", "ful"},
  };

  private static final String[][] STEP_3 = {
    {"icate", "ic"},
    {"ative", ""},
    {"alize", "al"},
    {"iciti", "ic"},
    {"ical", "ic"},
    {"ful", ""},
    {"ness", ""},
  };

  private static final String[][] STEP_4 = {
    {"al", ""}, {"ance", ""}, {"ence", ""}, {"er", ""}, {"ic", ""}, {"able", ""}, {"ible", ""},
    {"ant", ""}, {"ement", ""}, {"ment", ""}, {"ent", ""}, {"ou", ""}, {"ism", ""}, {"ate", ""},
    {"iti", ""}, {"ous", ""}, {"ive", ""}, {"ize", ""},
  };

  private NltkStemmer() {}

  /** Returns the stem of a word in lower case. */
  static String stem(String word) {
    String irregular = IRREGULAR.get(word);
    if (irregular != null) {
      return irregular;
    }
    if (word.length() <= 2) {
      return word;
    }
    String inflected = step1c(step1b(step1a(word)));
    return step5(step4(replace(step2(inflected), 0, STEP_3)));
  }

  private static String step1a(String word) {
    if (word.endsWith("ies")) {
      return cut(word, word.length() == 4 ? 1 : 2);
    }
    if (word.endsWith("sses")) {
      return cut(word, 2);
    }
    return word.endsWith("s") && !word.endsWith("ss") ? cut(word, 1) : word;
  }

  private static String step1b(String word) {
    if (word.endsWith("ied")) {
      return cut(word, word.length() == 4 ? 1 : 2);
    }
    if (word.endsWith("eed")) {
      return measure(cut(word, 3)) > 0 ? cut(word, 1) : word;
    }
    int suffix = word.endsWith("ed") ? 2 : word.endsWith("ing") ? 3 : 0;
    String stem = cut(word, suffix);
    if (suffix == 0 || !hasVowel(stem)) {
      return word;
    }
    if (stem.endsWith("at") || stem.endsWith("bl") || stem.endsWith("iz")) {
      return stem + "e";
    }
    if (endsInDoubleConsonant(stem)) {
      return "lsz".indexOf(last(stem)) >= 0 ? stem : cut(stem, 1);
    }
    return measure(stem) == 1 && endsInShortSyllable(stem) ? stem + "e" : stem;
  }

  private static String step1c(String word) {
    String stem = cut(word, 1);
    return word.endsWith("y") && stem.length() > 1 && !lastIsVowel(stem) ? stem + "i" : word;
  }

  private static String step2(String word) {
    if (word.endsWith("alli") && measure(cut(word, 4)) > 0) {
      return step2(cut(word, 2));
    }
    if (word.endsWith("logi")) {
      return measure(cut(word, 3)) > 0 ? cut(word, 1) : word;
    }
    return replace(word, 0, STEP_2);
  }

  private static String step4(String word) {
    if (word.endsWith("ion")) {
      String stem = cut(word, 3);
      return measure(stem) > 1 && "st".indexOf(last(stem)) >= 0 ? stem : word;
    }
    return replace(word, 1, STEP_4);
  }

  private static String step5(String word) {
    String stem = word;
    if (word.endsWith("e")) {
      String shorter = cut(word, 1);
      int measure = measure(shorter);
      stem = measure > 1 || (measure == 1 && !endsInShortSyllable(shorter)) ? shorter : word;
    }
    return stem.endsWith("ll") && measure(cut(stem, 1)) > 1 ? cut(stem, 1) : stem;
  }

  /** Replaces the first suffix that fits if what is before it has more than the given measure. */
  private static String replace(String word, int measure, String[][] rules) {
    for (String[] rule : rules) {
      if (word.endsWith(rule[0])) {
        String stem = cut(word, rule[0].length());
        return measure(stem) > measure ? stem + rule[1] : word;
      }
    }
    return word;
  }

  /** Returns how often a consonant follows a vowel: the paper's m. */
  static int measure(String stem) {
    int measure = 0;
    boolean afterVowel = false;
    for (int i = 0; i < stem.length(); i++) {
      boolean vowel = isVowel(stem.charAt(i), i > 0 && !afterVowel);
      if (afterVowel && !vowel) {
        measure++;
      }
      afterVowel = vowel;
    }
    return measure;
  }

  private static boolean hasVowel(String stem) {
    boolean afterVowel = false;
    for (int i = 0; i < stem.length() && !afterVowel; i++) {
      afterVowel = isVowel(stem.charAt(i), i > 0);
    }
    return afterVowel;
  }

  private static boolean lastIsVowel(String stem) {
    boolean vowel = false;
    for (int i = 0; i < stem.length(); i++) {
      vowel = isVowel(stem.charAt(i), i > 0 && !vowel);
    }
    return vowel;
  }

  /** A {@code y} is a vowel after a consonant; at the beginning it is none. */
  private static boolean isVowel(char letter, boolean afterConsonant) {
    return "aeiou".indexOf(letter) >= 0 || (letter == 'y' && afterConsonant);
  }

  /** The paper's *d. */
  private static boolean endsInDoubleConsonant(String stem) {
    return stem.length() > 1 && last(stem) == last(cut(stem, 1)) && !lastIsVowel(stem);
  }

  /** The paper's *o, and a word of a vowel and a consonant. */
  private static boolean endsInShortSyllable(String stem) {
    if (stem.length() < 2 || lastIsVowel(stem) || !lastIsVowel(cut(stem, 1))) {
      return false;
    }
    return stem.length() == 2 || (!lastIsVowel(cut(stem, 2)) && "wxy".indexOf(last(stem)) < 0);
  }

  private static char last(String word) {
    return word.charAt(word.length() - 1);
  }

  private static String cut(String word, int letters) {
    return word.substring(0, word.length() - letters);
  }
}
