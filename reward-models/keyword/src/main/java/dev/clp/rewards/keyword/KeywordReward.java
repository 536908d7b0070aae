package dev.clp.rewards.keyword;

import dev.clp.api.Completion;
import dev.clp.api.RewardModel;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Scores a response by which keywords it has as whole words.
 *
 * <p>Keywords and responses are compared in Unicode's normal form NFC and with straight
 * apostrophes.
 */
final class KeywordReward implements RewardModel {

  private static final Pattern WHITE_SPACE =
      Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  private static final Pattern APOSTROPHE = Pattern.compile("[\u2018\u2019\u02bc\uff07]");

  /** A letter of a script that puts no spaces between words. */
  private static final String UNSPACED =
      "[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsThai}\\p{IsLao}\\p{IsKhmer}\\p{IsMyanmar}]";

  /** What may not stand beside a word of any other script. */
  private static final String OF_A_WORD = "[\\p{L}\\p{M}\\p{N}&&[^" + UNSPACED.substring(1) + "]";

  private static final Pattern BEGINS_UNSPACED = Pattern.compile("^" + UNSPACED);

  private static final Pattern ENDS_UNSPACED = Pattern.compile(UNSPACED + "\\p{M}*$");

  private final List<Pattern> keywords;
  private final Matching matching;

  /**
   * Prepares the search.
   *
   * @throws IllegalArgumentException if a keyword is listed twice
   */
  KeywordReward(KeywordOptions options) {
    matching = options.matching();
    keywords = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String keyword : options.keywords()) {
      List<String> words = WHITE_SPACE.splitAsStream(normalise(keyword).strip()).toList();
      String phrase = String.join(" ", words);
      if (!seen.add(options.caseSensitive() ? phrase : phrase.toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException(
            "every keyword must be listed once, but '"
                + phrase
                + "' is in keywords twice"
                + (options.caseSensitive() ? "" : " (case does not matter here)")
                + "; remove one");
      }
      keywords.add(pattern(words, options.caseSensitive()));
    }
  }

  @Override
  public float[] score(List<Completion> completions) {
    float[] scores = new float[completions.size()];
    for (int i = 0; i < scores.length; i++) {
      String response = normalise(completions.get(i).response());
      int found = 0;
      for (Pattern keyword : keywords) {
        if (keyword.matcher(response).find()) {
          found++;
        }
      }
      scores[i] = matching.score(found, keywords.size());
    }
    return scores;
  }

  private static String normalise(String text) {
    return APOSTROPHE.matcher(Normalizer.normalize(text, Normalizer.Form.NFC)).replaceAll("'");
  }

  private static Pattern pattern(List<String> words, boolean caseSensitive) {
    // Not \b: a keyword such as C++ ends in a character that \b does not take for a word's end.
    String phrase = words.stream().map(Pattern::quote).collect(Collectors.joining("\\s+"));
    String before = BEGINS_UNSPACED.matcher(words.get(0)).find() ? "" : "(?<!" + OF_A_WORD + ")";
    String after =
        ENDS_UNSPACED.matcher(words.get(words.size() - 1)).find()
            ? "(?!\\p{M})"
            : "(?!" + OF_A_WORD + ")";
    int caseFlags = caseSensitive ? 0 : Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
    return Pattern.compile(before + phrase + after, caseFlags | Pattern.UNICODE_CHARACTER_CLASS);
  }
}
