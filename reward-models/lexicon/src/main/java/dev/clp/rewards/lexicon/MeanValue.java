package dev.clp.rewards.lexicon;

import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Scores a text by the mean value of its words.
 *
 * <p>What stands between white space is looked up as it is, which finds emoticons, emoji and
 * hyphenated words. If the lexicon lacks it, its words are looked up one by one: runs of letters
 * and digits, apostrophes within them included. A text without words, or without known words where
 * unknown ones are skipped, scores 0.
 */
final class MeanValue implements ToDoubleFunction<String> {

  private static final Pattern CHUNK = Pattern.compile("\\S+", Pattern.UNICODE_CHARACTER_CLASS);

  /** Possessive, so that no input can exhaust the stack. */
  private static final Pattern WORD =
      Pattern.compile("[\\p{L}\\p{M}\\p{N}]++(?:'[\\p{L}\\p{M}\\p{N}]++)*+");

  private final Lexicon lexicon;
  private final UnknownWords unknown;

  MeanValue(Lexicon lexicon, UnknownWords unknown) {
    this.lexicon = lexicon;
    this.unknown = unknown;
  }

  @Override
  public double applyAsDouble(String text) {
    double sum = 0;
    int words = 0;
    int known = 0;
    Matcher chunks = CHUNK.matcher(Lexicon.normalise(text));
    while (chunks.find()) {
      Optional<Double> chunkValue = lexicon.value(chunks.group());
      if (chunkValue.isPresent()) {
        sum += chunkValue.get();
        words++;
        known++;
        continue;
      }
      Matcher parts = WORD.matcher(chunks.group());
      while (parts.find()) {
        Optional<Double> value = lexicon.value(parts.group());
        sum += value.orElse(0.0);
        words++;
        known += value.isPresent() ? 1 : 0;
      }
    }
    int counted = unknown == UnknownWords.ZERO ? words : known;
    return counted == 0 ? 0 : sum / counted;
  }
}
