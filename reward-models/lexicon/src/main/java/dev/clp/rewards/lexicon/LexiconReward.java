package dev.clp.rewards.lexicon;

import dev.clp.api.Completion;
import dev.clp.api.RewardModel;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Scores a response by the mean value of its words.
 *
 * <p>What stands between white space is looked up as it is, which finds emoticons, emoji and
 * hyphenated words. If the lexicon lacks it, its words are looked up one by one: runs of letters
 * and digits, apostrophes within them included. A response without words, or without known words
 * where unknown ones are skipped, scores 0.
 */
final class LexiconReward implements RewardModel {

  private static final Pattern CHUNK = Pattern.compile("\\S+", Pattern.UNICODE_CHARACTER_CLASS);

  /** Possessive, so that no input can exhaust the stack. */
  private static final Pattern WORD =
      Pattern.compile("[\\p{L}\\p{M}\\p{N}]++(?:'[\\p{L}\\p{M}\\p{N}]++)*+");

  private final Lexicon lexicon;
  private final UnknownWords unknown;

  LexiconReward(Lexicon lexicon, UnknownWords unknown) {
    this.lexicon = lexicon;
    this.unknown = unknown;
  }

  @Override
  public float[] score(List<Completion> completions) {
    float[] scores = new float[completions.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) score(completions.get(i).response());
    }
    return scores;
  }

  private double score(String response) {
    double sum = 0;
    int words = 0;
    int known = 0;
    Matcher chunks = CHUNK.matcher(response.replace('’', '\''));
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
