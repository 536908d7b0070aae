package dev.clp.runtime.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What a {@code tokenizer.json} says that the tokenizer's library does not tell. */
final class TokenizerFile {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private TokenizerFile() {}

  /**
   * Checks that an embedding has a row for every token.
   *
   * @param vocabulary the number of rows
   * @throws UserException naming the token if it has not
   */
  static void checkVocabulary(Path file, int vocabulary) {
    JsonNode json = read(file);
    JsonNode tokens = json.at("/model/vocab");
    if (tokens.isArray() && tokens.size() > vocabulary) {
      // Unigram models list pairs of a token and its score; the place is the id.
      check(file, tokens.path(vocabulary).path(0).asText(), vocabulary, vocabulary);
    }
    for (Map.Entry<String, JsonNode> token : tokens.properties()) {
      check(file, token.getKey(), token.getValue().asLong(), vocabulary);
    }
    for (JsonNode token : json.path("added_tokens")) {
      check(file, token.path("content").asText(), token.path("id").asLong(), vocabulary);
    }
  }

  /**
   * Reads the file as JSON, which the tokenizer's library must not be given malformed: its native
   * code then ends the process.
   *
   * @throws UserException if the file is no JSON
   */
  static JsonNode read(Path file) {
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      requireReadable(file, json);
      return json;
    } catch (JsonProcessingException e) {
      throw new UserException(file + ": not readable as JSON (" + e.getMessage() + ")", e);
    } catch (IOException e) {
      throw FileErrors.reading(file, e);
    }
  }

  /** Refuses numbers and texts that Jackson reads and the library's own reader does not. */
  private static void requireReadable(Path file, JsonNode json) {
    if (json.isNumber() && !Double.isFinite(json.doubleValue())) {
      throw new UserException(file + ": holds a number that is too large; write a smaller one");
    }
    requirePairedSurrogates(file, json.isTextual() ? json.textValue() : "");
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      requirePairedSurrogates(file, field.getKey());
    }
    json.forEach(inner -> requireReadable(file, inner));
  }

  private static void requirePairedSurrogates(Path file, String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new UserException(
          file + ": holds half of a surrogate pair; write both halves, or the character itself");
    }
  }

  private static void check(Path file, String token, long id, int vocabulary) {
    if (id >= vocabulary) {
      throw new UserException(
          file
              + ": the token '"
              + token
              + "' has the id "
              + id
              + ", but config.json has a vocab_size of "
              + vocabulary
              + ", whose last id is "
              + (vocabulary - 1)
              + "; use the tokenizer.json and the config.json that belong together");
    }
  }
}
