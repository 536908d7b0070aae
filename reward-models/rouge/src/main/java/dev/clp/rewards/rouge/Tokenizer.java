package dev.clp.rewards.rouge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import opennlp.tools.stemmer.PorterStemmer;

/**
 * Turns texts into ids of tokens, equal ids for equal tokens.
 *
 * <p>Tokens are as in Google's rouge_score: the lower-case text's longest runs of {@code [a-z0-9]};
 * every other character separates. Tokens of more than three characters are stemmed, if asked for,
 * with Porter's stemmer as its author distributes it, which is also that of ROUGE-1.5.5. NLTK's,
 * which rouge_score calls, departs from it in about one word form in a hundred ({@code used} has
 * the stem {@code us} here and {@code use} there), so that stemmed scores can differ slightly.
 *
 * <p>An instance serves one thread: it remembers the tokens it has seen, and the stemmer has a
 * buffer.
 */
final class Tokenizer {

  private static final int LONGEST_UNSTEMMED = 3;

  private final boolean stem;
  private final boolean bySentence;
  private final PorterStemmer stemmer = new PorterStemmer();
  private final Map<String, Integer> idsByStem = new HashMap<>();
  private final Map<String, Integer> idsByToken = new HashMap<>();

  /**
   * Creates a tokenizer.
   *
   * @param stem whether to stem
   * @param bySentence whether a line is a sentence; otherwise the whole text is one
   */
  Tokenizer(boolean stem, boolean bySentence) {
    this.stem = stem;
    this.bySentence = bySentence;
  }

  /** Returns the tokens' ids, sentence by sentence; at least one sentence, possibly empty. */
  int[][] tokenize(String text) {
    String lowerCase = text.toLowerCase(Locale.ROOT);
    if (!bySentence) {
      return new int[][] {sentence(lowerCase)};
    }
    List<int[]> sentences = new ArrayList<>();
    int start = 0;
    for (int end = lowerCase.indexOf('\n'); end >= 0; end = lowerCase.indexOf('\n', start)) {
      sentences.add(sentence(lowerCase.substring(start, end)));
      start = end + 1;
    }
    sentences.add(sentence(lowerCase.substring(start)));
    return sentences.toArray(int[][]::new);
  }

  private int[] sentence(String lowerCase) {
    IntStream.Builder ids = IntStream.builder();
    int start = 0;
    for (int end = 0; end <= lowerCase.length(); end++) {
      if (end == lowerCase.length() || !isTokenCharacter(lowerCase.charAt(end))) {
        if (end > start) {
          ids.add(idsByToken.computeIfAbsent(lowerCase.substring(start, end), this::id));
        }
        start = end + 1;
      }
    }
    return ids.build().toArray();
  }

  private static boolean isTokenCharacter(char character) {
    return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9');
  }

  private int id(String token) {
    String unit = stem && token.length() > LONGEST_UNSTEMMED ? stemmer.stem(token) : token;
    Integer next = idsByStem.size();
    Integer known = idsByStem.putIfAbsent(unit, next);
    return known == null ? next : known;
  }
}
