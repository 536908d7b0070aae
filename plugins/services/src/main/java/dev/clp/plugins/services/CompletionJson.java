package dev.clp.plugins.services;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.clp.api.Completion;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A completion as services and programs see it.
 *
 * <p>Its text is canonical: the same content is written the same, on one line, in ASCII, so that
 * not even half a surrogate pair is lost and whoever reads it may take it to have any encoding.
 *
 * @param prompt what was asked
 * @param response the response to score
 * @param references responses that people wrote, possibly none
 * @param fields the other fields of the example's record, sorted by name
 */
public record CompletionJson(
    String prompt, String response, List<String> references, SortedMap<String, String> fields) {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  /** Returns a completion's text, a JSON object. */
  public static String write(Completion completion) {
    CompletionJson json =
        new CompletionJson(
            completion.example().prompt(),
            completion.response(),
            completion.example().references(),
            new TreeMap<>(completion.example().fields()));
    try {
      return MAPPER.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts can always be written as JSON", e);
    }
  }
}
