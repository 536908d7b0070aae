package dev.clp.rewards.readability;

import eu.crydee.syllablecounter.SyllableCounter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The syllables of English words, by the CMU Pronouncing Dictionary.
 *
 * <p>A word has a syllable per vowel of its first pronunciation there. Words that the dictionary
 * lacks are estimated from their spelling by the rules of Lingua::EN::Syllable. The build takes the
 * dictionary from Sphinx-4's data. All words are given in lower case with straight apostrophes.
 */
final class Pronunciations {

  private static final Map<String, Integer> SYLLABLES = read();

  private static final String ONE_LETTER_WORDS = "aio";

  private final SyllableCounter bySpelling = new SyllableCounter();

  /** Returns the number of syllables of a word, at least one. */
  int syllables(String word) {
    Integer known = SYLLABLES.get(word);
    return known != null ? known : Math.max(1, bySpelling.count(word));
  }

  /**
   * Returns whether the dictionary has a word or what it is the possessive of.
   *
   * <p>Of the names of letters, which the dictionary has too, only {@code a}, {@code i} and {@code
   * o} are words.
   */
  boolean isEnglish(String word) {
    String base = word.endsWith("'s") ? word.substring(0, word.length() - 2) : word;
    return base.length() == 1
        ? ONE_LETTER_WORDS.contains(base)
        : SYLLABLES.containsKey(word) || SYLLABLES.containsKey(base);
  }

  private static Map<String, Integer> read() {
    Map<String, Integer> syllables = new HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Pronunciations.class.getResourceAsStream("cmudict-en-us.dict"),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        // A word and its phones; the names of vowels, and of vowels alone, begin with a vowel.
        String[] parts = line.split(" ", -1);
        long vowels =
            Arrays.stream(parts, 1, parts.length)
                .filter(phone -> "AEIOU".indexOf(phone.charAt(0)) >= 0)
                .count();
        // Further pronunciations stand under the word with a number in brackets.
        syllables.put(parts[0], Math.max(1, (int) vowels));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return syllables;
  }
}
