package dev.clp.rewards.keyword;

import dev.clp.api.Completion;
import dev.clp.api.RewardModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Scores a response by which keywords it has as whole words. */
final class KeywordReward implements RewardModel {

  private static final Pattern WHITE_SPACE =
      Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

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
      List<String> words = WHITE_SPACE.splitAsStream(keyword.strip()).toList();
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
      String response = completions.get(i).response();
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

  private static Pattern pattern(List<String> words, boolean caseSensitive) {
    // Not \b: a keyword such as C++ ends in a character that \b does not take for a word's end.
    String regex =
        words.stream()
            .map(Pattern::quote)
            .collect(
                Collectors.joining(
                    "\\s+", "(?<![\\p{L}\\p{M}\\p{N}])", "(?![\\p{L}\\p{M}\\p{N}])"));
    int caseFlags = caseSensitive ? 0 : Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
    return Pattern.compile(regex, caseFlags | Pattern.UNICODE_CHARACTER_CLASS);
  }
}
