package dev.clp.rewards.readability;

import dev.clp.api.Completion;
import dev.clp.api.RewardModel;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Scores a response by a readability formula.
 *
 * <p>A response that is not English text scores no better than the formula's hardest: an empty one,
 * one without words, and one whose words are mostly not English. Were it neutral or easy, a policy
 * could please by falling silent, or by a number, a letter repeated, or another language, whose
 * words the formulas take for short ones.
 */
final class ReadabilityReward implements RewardModel {

  /** A word, or what ends a sentence; possessive, so that no input can exhaust the stack. */
  private static final Pattern WORD_OR_END =
      Pattern.compile(
          "(?<word>[\\p{L}\\p{M}\\p{N}]++(?:['’][\\p{L}\\p{M}\\p{N}]++)*+)"
              + "|[.!?…]++[\"'”’»)\\]]*+(?=\\s|$)"
              + "|(?>\\R)[\\t ]*+\\R");

  private final ReadabilityOptions options;
  private final Pronunciations pronunciations = new Pronunciations();

  ReadabilityReward(ReadabilityOptions options) {
    this.options = options;
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
    int sentences = 0;
    int words = 0;
    int english = 0;
    int foreign = 0;
    long syllables = 0;
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
      String spelling = word.toLowerCase(Locale.ROOT).replace('’', '\'');
      syllables += pronunciations.syllables(spelling);
      if (pronunciations.isEnglish(spelling)) {
        english++;
      } else if (spelling.codePoints().anyMatch(Character::isLetter)) {
        foreign++;
      }
    }
    double hardest = options.formula().hardest();
    if (words == 0) {
      return hardest;
    }
    double score = options.formula().score((double) words / sentences, (double) syllables / words);
    if (english == 0 || english < foreign) {
      score = Math.min(hardest, score);
    }
    return options.clamp() ? Math.max(hardest, score) : score;
  }
}
