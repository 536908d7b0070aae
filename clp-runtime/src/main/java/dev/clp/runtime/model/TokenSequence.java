package dev.clp.runtime.model;

/**
 * What a network reads of one text or of a pair of texts, without padding.
 *
 * <p>The arrays are shared, not copied: nobody changes them.
 */
public final class TokenSequence {

  private final long[] tokens;
  private final long[] types;
  private final int cut;

  /**
   * Describes a sequence.
   *
   * @param tokens at least one where a network reads it
   * @param types as many: 0 for a token of the first text and 1 for one of the second, as the
   *     tokenizer's template says
   * @param cut how many tokens of the texts are left out because the sequence would be too long
   */
  public TokenSequence(long[] tokens, long[] types, int cut) {
    if (tokens.length != types.length) {
      throw new IllegalArgumentException(tokens.length + " tokens, but " + types.length + " types");
    }
    this.tokens = tokens;
    this.types = types;
    this.cut = cut;
  }

  /** Returns a whole sequence of tokens of one type. */
  public static TokenSequence of(long... tokens) {
    return new TokenSequence(tokens, new long[tokens.length], 0);
  }

  /** Returns the tokens. */
  public long[] tokens() {
    return tokens;
  }

  /** Returns each token's type. */
  public long[] types() {
    return types;
  }

  /** Returns how many tokens of the texts are left out. */
  public int cut() {
    return cut;
  }

  /** Returns the number of tokens. */
  public int length() {
    return tokens.length;
  }
}
