package dev.clp.runtime.model;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Text to tokens and back, as a checkpoint's {@code tokenizer.json} says. */
public final class TextTokenizer implements AutoCloseable {

  /** What bytes that are not a whole character decode to. */
  public static final char HALF_CHARACTER = '\uFFFD';

  private final TokenizerFile file;
  private final HuggingFaceTokenizer tokenizer;
  private final boolean addsSpecial;

  private TextTokenizer(TokenizerFile file, HuggingFaceTokenizer tokenizer, boolean addsSpecial) {
    this.file = file;
    this.tokenizer = tokenizer;
    this.addsSpecial = addsSpecial;
  }

  /**
   * Reads a {@code tokenizer.json}.
   *
   * @throws UserException if the file is absent or malformed
   */
  public static TextTokenizer read(Path file) {
    TokenizerFile read = TokenizerFile.read(file);
    try {
      // A fixed padding or truncation is one program's habit, not part of how text becomes tokens.
      return new TextTokenizer(
          read,
          HuggingFaceTokenizer.newInstance(
              file, Map.of("padding", "false", "truncation", "false", "addSpecialTokens", "true")),
          true);
    } catch (IOException | RuntimeException e) {
      throw unusable(file, e);
    }
  }

  /** Returns the number of ids up to the last that stands for a token. */
  public long ids() {
    return file.last().getValue() + 1;
  }

  /**
   * Checks that an embedding has a row for every token.
   *
   * @param vocabulary the number of rows
   * @throws UserException naming a token if it has not
   */
  void requireRows(int vocabulary) {
    file.requireRows(vocabulary);
  }

  /**
   * Reads a {@code tokenizer.json} whose tokens all have a row in an embedding.
   *
   * @param vocabulary the number of rows
   * @throws UserException if the file is absent or malformed, or has further tokens
   */
  public static TextTokenizer read(Path file, int vocabulary) {
    TextTokenizer tokenizer = read(file);
    try {
      tokenizer.requireRows(vocabulary);
      return tokenizer;
    } catch (UserException e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * Checks that a model can continue what this tokenizer makes of a text.
   *
   * @throws UserException if special tokens are put behind a text
   */
  void requireOpenEnd() {
    long[] closing = closing();
    if (closing.length > 0) {
      throw new UserException(
          file.file()
              + ": puts the token '"
              + tokenizer.decode(new long[] {closing[closing.length - 1]}, false)
              + "' behind every text, so that a prompt would have ended before its response begins;"
              + " take it out of the post_processor (in transformers: add_eos_token = false)");
    }
  }

  /** Returns the special tokens that the tokenizer puts behind every text; often none. */
  public long[] closing() {
    Encoding encoding = encoding("a", true);
    long[] special = encoding.getSpecialTokenMask();
    int end = special.length;
    while (end > 0 && special[end - 1] != 0) {
      end--;
    }
    // Where no token is the text's own, nothing stands behind it.
    return end == 0 ? new long[0] : Arrays.copyOfRange(encoding.getIds(), end, special.length);
  }

  /**
   * Returns this tokenizer for texts that hold their special tokens already, such as what a chat
   * template renders: it adds none. It is closed with this one.
   */
  public TextTokenizer withoutAdded() {
    return new TextTokenizer(file, tokenizer, false);
  }

  /** Returns a text's tokens with the special tokens that the tokenizer puts around them. */
  public long[] encode(String text) {
    return encoding(text, addsSpecial).getIds();
  }

  /** Returns a text's tokens alone. */
  public long[] encodePlain(String text) {
    return encoding(text, false).getIds();
  }

  /**
   * Returns a text's tokens with the special tokens that the tokenizer puts around them.
   *
   * @param longest the most tokens; what exceeds it is cut from the end of the text, never from the
   *     special tokens
   */
  public TokenSequence encode(String text, int longest) {
    return cut(encoding(text, true), 0, longest);
  }

  /**
   * Returns two texts' tokens with the special tokens that the tokenizer puts around a pair.
   *
   * @param longest the most tokens; what exceeds it is cut from the end of the first text, and of
   *     the second where the first does not suffice, never from the special tokens
   */
  public TokenSequence encodePair(String first, String second, int longest) {
    Encoding encoding;
    try {
      encoding = tokenizer.encode(first, second, true, false);
    } catch (RuntimeException e) {
      throw unusable(file.file(), e);
    }
    return cut(
        encoding, encoding.getIds().length > longest ? encodePlain(first).length : 0, longest);
  }

  /** Cuts from the end of the first text, then from the end of what follows it. */
  private static TokenSequence cut(Encoding encoding, int inFirst, int longest) {
    long[] tokens = encoding.getIds();
    if (tokens.length <= longest) {
      return new TokenSequence(tokens, encoding.getTypeIds(), 0);
    }
    long[] special = encoding.getSpecialTokenMask();
    int inSecond = (int) Arrays.stream(special).filter(mark -> mark == 0).count() - inFirst;
    int excess = tokens.length - longest;
    int keptOfFirst = Math.max(0, inFirst - excess);
    int keptOfSecond = inSecond - Math.max(0, excess - inFirst);
    LongStream.Builder kept = LongStream.builder();
    LongStream.Builder types = LongStream.builder();
    int text = 0;
    for (int i = 0; i < tokens.length; i++) {
      boolean isKept =
          special[i] != 0 || (text < inFirst ? text < keptOfFirst : text - inFirst < keptOfSecond);
      if (isKept) {
        kept.add(tokens[i]);
        types.add(encoding.getTypeIds()[i]);
      }
      text += special[i] == 0 ? 1 : 0;
    }
    return new TokenSequence(kept.build().toArray(), types.build().toArray(), excess);
  }

  private Encoding encoding(String text, boolean withSpecial) {
    try {
      return tokenizer.encode(text, withSpecial, false);
    } catch (IllegalStateException closed) {
      throw closed;
    } catch (RuntimeException e) {
      // Some mistakes, such as an unknown token that is not in the vocabulary, show only here.
      throw unusable(file.file(), e);
    }
  }

  private static UserException unusable(Path file, Exception cause) {
    return new UserException(
        file + ": not a tokenizer that can be used: " + cause.getMessage(), cause);
  }

  /** Returns the text of tokens, special tokens left out. */
  public String decode(long[] tokens) {
    try {
      return tokens.length == 0 ? "" : tokenizer.decode(tokens, true);
    } catch (IllegalStateException closed) {
      throw closed;
    } catch (RuntimeException e) {
      throw unusable(file.file(), e);
    }
  }

  /** Returns the text of a token by itself, a special token's name included. */
  public String spell(long token) {
    return tokenizer.decode(new long[] {token}, false);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
