package dev.clp.rewards.rouge;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.stream.IntStream;

/**
 * Turns texts into ids of tokens, equal ids for equal tokens.
 *
 * <p>{@link Tokenization} says what a token is. Tokens of more than three characters are replaced
 * by their stems, if asked for, as {@link Stemmer} says.
 *
 * <p>An instance serves one thread: it remembers the tokens it has seen, and a stemmer may have a
 * buffer.
 */
final class Tokenizer {

  private static final int LONGEST_UNSTEMMED = 3;

  private final Tokenization tokenization;
  private final UnaryOperator<String> stemmer;
  private final boolean bySentence;
  private final Map<String, Integer> idsByStem = new HashMap<>();
  private final Map<String, Integer> idsByToken = new HashMap<>();

  /**
   * Creates a tokenizer.
   *
   * @param options what a token is, and whether and how to stem
   * @param bySentence whether a line is a sentence; otherwise the whole text is one
   */
  Tokenizer(RougeOptions options, boolean bySentence) {
    tokenization = options.tokenizer();
    stemmer = options.stem() ? options.stemmer().create() : UnaryOperator.identity();
    this.bySentence = bySentence;
  }

  /** Returns the tokens' ids, sentence by sentence; at least one sentence, possibly empty. */
  int[][] tokenize(String text) {
    String[] sentences = bySentence ? text.split("\n", -1) : new String[] {text};
    int[][] ids = new int[sentences.length][];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = sentence(tokenization.prepare(sentences[i]));
    }
    return ids;
  }

  private int[] sentence(String prepared) {
    IntStream.Builder ids = IntStream.builder();
    Matcher tokens = tokenization.token().matcher(prepared);
    while (tokens.find()) {
      ids.add(idsByToken.computeIfAbsent(tokens.group(), this::id));
    }
    return ids.build().toArray();
  }

  private int id(String token) {
    String unit = token.length() > LONGEST_UNSTEMMED ? stemmer.apply(token) : token;
    Integer next = idsByStem.size();
    Integer known = idsByStem.putIfAbsent(unit, next);
    return known == null ? next : known;
  }
}
