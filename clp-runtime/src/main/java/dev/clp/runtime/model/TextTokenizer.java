package dev.clp.runtime.model;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Text to tokens and back, as a checkpoint's {@code tokenizer.json} says. */
public final class TextTokenizer implements AutoCloseable {

  private final Path file;
  private final HuggingFaceTokenizer tokenizer;

  private TextTokenizer(Path file, HuggingFaceTokenizer tokenizer) {
    this.file = file;
    this.tokenizer = tokenizer;
  }

  /**
   * Reads a {@code tokenizer.json}.
   *
   * @throws UserException if the file is absent or malformed
   */
  public static TextTokenizer read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UserException(
          file + ": not found; a model folder holds a tokenizer.json beside its config.json");
    }
    TokenizerFile.read(file);
    try {
      return new TextTokenizer(
          file,
          HuggingFaceTokenizer.newInstance(
              file, Map.of("padding", "false", "truncation", "false", "addSpecialTokens", "true")));
    } catch (IOException | RuntimeException e) {
      throw unusable(file, e);
    }
  }

  /**
   * Checks that a model can continue what this tokenizer makes of a text.
   *
   * @param file for the error
   * @throws UserException if special tokens are put behind a text
   */
  void requireOpenEnd(Path file) {
    Encoding encoding = encoding("a", true);
    long[] special = encoding.getSpecialTokenMask();
    boolean hasText = Arrays.stream(special).anyMatch(mark -> mark == 0);
    if (hasText && special[special.length - 1] != 0) {
      throw new UserException(
          file
              + ": puts the token '"
              + encoding.getTokens()[special.length - 1]
              + "' behind every text, so that a prompt would have ended before its response begins;"
              + " take it out of the post_processor (in transformers: add_eos_token = false)");
    }
  }

  /** Returns a text's tokens with the special tokens that the tokenizer puts around them. */
  public long[] encode(String text) {
    return encoding(text, true).getIds();
  }

  /** Returns a text's tokens alone. */
  public long[] encodePlain(String text) {
    return encoding(text, false).getIds();
  }

  /**
   * Returns two texts' tokens with the special tokens that the tokenizer puts around a pair.
   *
   * @param longest the most tokens; what exceeds it is cut from the end of the first text, and of
   *     the second where the first does not suffice, never from the special tokens
   */
  public long[] encodePair(String first, String second, int longest) {
    Encoding encoding;
    try {
      encoding = tokenizer.encode(first, second, true, false);
    } catch (RuntimeException e) {
      throw unusable(file, e);
    }
    long[] tokens = encoding.getIds();
    if (tokens.length <= longest) {
      return tokens;
    }
    long[] special = encoding.getSpecialTokenMask();
    int inFirst = encodePlain(first).length;
    int inSecond = (int) Arrays.stream(special).filter(mark -> mark == 0).count() - inFirst;
    int excess = tokens.length - longest;
    int keptOfFirst = Math.max(0, inFirst - excess);
    int keptOfSecond = inSecond - Math.max(0, excess - inFirst);
    LongStream.Builder kept = LongStream.builder();
    int text = 0;
    for (int i = 0; i < tokens.length; i++) {
      boolean isKept =
          special[i] != 0 || (text < inFirst ? text < keptOfFirst : text - inFirst < keptOfSecond);
      if (isKept) {
        kept.add(tokens[i]);
      }
      text += special[i] == 0 ? 1 : 0;
    }
    return kept.build().toArray();
  }

  private Encoding encoding(String text, boolean withSpecial) {
    try {
      return tokenizer.encode(text, withSpecial, false);
    } catch (IllegalStateException closed) {
      throw closed;
    } catch (RuntimeException e) {
      // Some mistakes, such as an unknown token that is not in the vocabulary, show only here.
      throw unusable(file, e);
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
      throw unusable(file, e);
    }
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
