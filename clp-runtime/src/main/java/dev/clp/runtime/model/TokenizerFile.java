package dev.clp.runtime.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a {@code tokenizer.json} says that the tokenizer's library does not tell.
 *
 * @param file where it is
 * @param last the token of the greatest id, and that id
 * @param special the texts that are read as special tokens wherever they stand
 */
record TokenizerFile(Path file, Map.Entry<String, Long> last, Set<String> special) {

  private static final JsonFactory JSON = new JsonFactory();
  private static final String ADDED = "/added_tokens/";
  private static final String VOCABULARY = "/model/vocab";
  private static final String PAIR = "/model/vocab/";
  private static final String OTHER = "/elsewhere";

  /** What tokenizers of Python alone are stored in. */
  private static final List<String> SLOW =
      List.of(
          "tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "vocab.txt", "vocab.json");

  /**
   * Reads the file as JSON, which the tokenizer's library must not be given malformed: its native
   * code then ends the process.
   *
   * @throws UserException if the file is absent or no JSON
   */
  static TokenizerFile read(Path file) {
    if (!Files.exists(file)) {
      throw absent(file);
    }
    try (InputStream in = Files.newInputStream(file);
        JsonParser parser = JSON.createParser(in)) {
      Scan scan = new Scan(file, parser);
      parser.nextToken();
      scan.value("");
      if (parser.nextToken() != null) {
        throw new UserException(file + ": not readable as JSON (it holds more than one value)");
      }
      return new TokenizerFile(file, scan.last, Set.copyOf(scan.special));
    } catch (JsonProcessingException e) {
      throw new UserException(file + ": not readable as JSON (" + e.getMessage() + ")", e);
    } catch (IOException e) {
      throw FileErrors.reading(file, e);
    }
  }

  private static UserException absent(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    Optional<String> slow =
        SLOW.stream().filter(name -> Files.isRegularFile(folder.resolve(name))).findFirst();
    return new UserException(
        file
            + ": not found; "
            + slow.map(
                    name ->
                        "the folder has "
                            + name
                            + " alone, from which transformers makes it (in Python:"
                            + " transformers.AutoTokenizer.from_pretrained('"
                            + folder.getFileName()
                            + "').save_pretrained('"
                            + folder.getFileName()
                            + "'))")
                .orElse("a model folder holds a tokenizer.json beside its config.json"));
  }

  /**
   * Checks that an embedding has a row for every token.
   *
   * @param vocabulary the number of rows
   * @throws UserException naming a token if it has not
   */
  void requireRows(int vocabulary) {
    if (last.getValue() >= vocabulary) {
      throw new UserException(
          file
              + ": the token '"
              + last.getKey()
              + "' has the id "
              + last.getValue()
              + ", but config.json has a vocab_size of "
              + vocabulary
              + ", whose last id is "
              + (vocabulary - 1)
              + "; use the tokenizer.json and the config.json that belong together");
    }
  }

  /**
   * Reads through the file without holding it, for vocabularies are large; refuses the numbers and
   * texts that Jackson reads and the library's own reader does not.
   */
  private static final class Scan {

    private final Path file;
    private final JsonParser parser;
    private Map.Entry<String, Long> last = Map.entry("", -1L);
    private final Set<String> special = new LinkedHashSet<>();
    private String unigram = "";

    Scan(Path file, JsonParser parser) {
      this.file = file;
      this.parser = parser;
    }

    /** Reads the current value, which stands at a path of the names of fields. */
    void value(String path) throws IOException {
      JsonToken token = parser.currentToken();
      if (token == null) {
        throw new UserException(file + ": not readable as JSON (it is empty)");
      }
      switch (token) {
        case START_OBJECT -> object(path);
        case START_ARRAY -> array(path);
        case VALUE_STRING -> requirePairedSurrogates(parser.getText());
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> requireFinite(parser.getDoubleValue());
        default -> {}
      }
    }

    private void object(String path) throws IOException {
      String content = "";
      long id = -1;
      boolean isSpecial = false;
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        requirePairedSurrogates(name);
        parser.nextToken();
        if (path.equals(VOCABULARY)) {
          offer(name, parser.getValueAsLong());
        } else if (name.equals("id")) {
          id = parser.getValueAsLong();
        } else if (name.equals("content")) {
          content = parser.getValueAsString("");
        } else if (name.equals("special")) {
          isSpecial = parser.getValueAsBoolean();
        }
        value(path.length() < ADDED.length() ? path + "/" + name : OTHER);
      }
      if (path.equals(ADDED)) {
        offer(content, id);
        if (isSpecial && !content.isEmpty()) {
          special.add(content);
        }
      }
    }

    private void array(String path) throws IOException {
      for (long i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        if (path.equals(PAIR) && i == 0) {
          unigram = parser.getValueAsString("");
        }
        value(path.equals("/added_tokens") ? ADDED : path.equals(VOCABULARY) ? PAIR : OTHER);
        if (path.equals(VOCABULARY)) {
          // Unigram models list pairs of a token and its score; the place is the id.
          offer(unigram, i);
        }
      }
    }

    private void offer(String token, long id) {
      if (id > last.getValue()) {
        last = Map.entry(token, id);
      }
    }

    private void requireFinite(double number) {
      if (!Double.isFinite(number)) {
        throw new UserException(file + ": holds a number that is too large; write a smaller one");
      }
    }

    private void requirePairedSurrogates(String text) {
      // A lone surrogate is a code point of its own.
      if (text.codePoints().anyMatch(point -> point >= 0xD800 && point <= 0xDFFF)) {
        throw new UserException(
            file + ": holds half of a surrogate pair; write both halves, or the character itself");
      }
    }
  }
}
