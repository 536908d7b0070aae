package dev.clp.runtime.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What a {@code tokenizer.json} says that the tokenizer's library does not tell. */
final class TokenizerFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private TokenizerFile() {}

  /**
   * Checks that an embedding has a row for every token.
   *
   * @param vocabulary the number of rows
   * @throws UserException naming the token if it has not
   */
  static void checkVocabulary(Path file, int vocabulary) {
    JsonNode json;
    try {
      json = JSON.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UserException(file + ": not readable as JSON (" + e.getMessage() + ")", e);
    }
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
