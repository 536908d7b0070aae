package dev.clp.runtime.model;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.clp.runtime.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Text to tokens and back, as a checkpoint's {@code tokenizer.json} says. */
public final class TextTokenizer implements AutoCloseable {

  private final HuggingFaceTokenizer tokenizer;

  private TextTokenizer(HuggingFaceTokenizer tokenizer) {
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
    try {
      return new TextTokenizer(
          HuggingFaceTokenizer.newInstance(
              file, Map.of("padding", "false", "truncation", "false", "addSpecialTokens", "true")));
    } catch (IOException | RuntimeException e) {
      throw new UserException(file + ": not a tokenizer that can be used: " + e.getMessage());
    }
  }

  /** Returns a text's tokens with the special tokens that the tokenizer puts around them. */
  public long[] encode(String text) {
    return tokenizer.encode(text, true, false).getIds();
  }

  /** Returns a text's tokens alone. */
  public long[] encodePlain(String text) {
    return tokenizer.encode(text, false, false).getIds();
  }

  /** Returns the text of tokens, special tokens left out. */
  public String decode(long[] tokens) {
    return tokens.length == 0 ? "" : tokenizer.decode(tokens, true);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
