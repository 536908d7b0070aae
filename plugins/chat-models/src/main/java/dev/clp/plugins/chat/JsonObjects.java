package dev.clp.plugins.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds JSON in what a model wrote, between prose and in code fences.
 *
 * <p>It is read as models write it: with line breaks within strings, single quotes, names without
 * quotes, trailing commas, comments and escapes of any character.
 */
public final class JsonObjects {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
          .enable(JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS)
          .enable(JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS)
          .enable(JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS)
          // Two values under one name are two verdicts.
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private JsonObjects() {}

  /**
   * Returns the one thing that the fitting JSON objects of a text mean.
   *
   * <p>Nobody can tell which of two different verdicts is meant: the last may be the conclusion, or
   * a remark on what would have deserved another. So there is none, as where an object breaks off
   * after it named what is looked for.
   *
   * @param text any text
   * @param names the fields that are looked for
   * @param meaning the meaning of an object; empty if it does not fit
   * @return empty if no object fits, or what is meant is not clear
   */
  public static <T> Optional<T> only(
      String text, Collection<String> names, Function<JsonNode, Optional<T>> meaning) {
    char[] characters = text.toCharArray();
    Set<T> found = new LinkedHashSet<>();
    int from = text.indexOf('{');
    while (from >= 0) {
      int next = from + 1;
      try (JsonParser parser = parser(characters, from)) {
        JsonNode object = MAPPER.readTree(parser);
        next = from + (int) parser.currentLocation().getCharOffset();
        meaning.apply(object).ifPresent(found::add);
      } catch (IOException e) {
        if (namesOne(names, characters, from)) {
          return Optional.empty();
        }
        // A brace of the prose; an object may begin behind it.
      }
      from = text.indexOf('{', next);
    }
    return found.size() == 1 ? Optional.of(found.iterator().next()) : Optional.empty();
  }

  private static JsonParser parser(char[] characters, int from) throws IOException {
    return MAPPER.getFactory().createParser(characters, from, characters.length - from);
  }

  /** Returns whether a broken object has one of the fields before it breaks. */
  private static boolean namesOne(Collection<String> names, char[] characters, int from) {
    try (JsonParser parser = parser(characters, from)) {
      parser.nextToken();
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME && names.contains(parser.currentName())) {
          return true;
        }
        parser.skipChildren();
      }
    } catch (IOException e) {
      // Here it breaks.
    }
    return false;
  }
}
