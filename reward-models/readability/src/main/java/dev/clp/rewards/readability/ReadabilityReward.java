package dev.clp.rewards.readability;

import dev.clp.api.Completion;
import dev.clp.api.RewardModel;
import eu.crydee.syllablecounter.SyllableCounter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Scores a response by a readability formula.
 *
 * <p>An empty response, or one without words, gets the formula's hardest score: were it neutral or
 * easy, a policy could please by falling silent.
 */
final class ReadabilityReward implements RewardModel {

  /** A word, or what ends a sentence; possessive, so that no input can exhaust the stack. */
  private static final Pattern WORD_OR_END =
      Pattern.compile(
          "(?<word>[\\p{L}\\p{M}\\p{N}]++(?:['’][\\p{L}\\p{M}\\p{N}]++)*+)"
              + "|[.!?…]++[\"'”’»)\\]]*+(?=\\s|$)"
              + "|(?>\\R)[\\t ]*+\\R");

  private final ReadabilityOptions options;
  private final SyllableCounter syllables = new SyllableCounter();

  ReadabilityReward(ReadabilityOptions options) {
    this.options = options;
  }

  @Override
  public float[] score(List<Completion> completions) {
    Map<String, Integer> syllablesByWord = new HashMap<>();
    float[] scores = new float[completions.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) score(completions.get(i).response(), syllablesByWord);
    }
    return scores;
  }

  private double score(String response, Map<String, Integer> syllablesByWord) {
    int sentences = 0;
    int words = 0;
    long syllablesInAll = 0;
    boolean inSentence = false;
    Matcher matcher = WORD_OR_END.matcher(response);
    while (matcher.find()) {
      String word = matcher.group("word");
      if (word == null) {
        inSentence = false;
        continue;
      }
      if (!inSentence) {
        sentences++;
        inSentence = true;
      }
      words++;
      syllablesInAll +=
          syllablesByWord.computeIfAbsent(word.toLowerCase(Locale.ROOT), this::syllables);
    }
    double hardest = options.formula().hardest();
    if (words == 0) {
      return hardest;
    }
    double score =
        options.formula().score((double) words / sentences, (double) syllablesInAll / words);
    return options.clamp() ? Math.max(hardest, score) : score;
  }

  private int syllables(String word) {
    return Math.max(1, syllables.count(word.replace('’', '\'')));
  }
}
