package dev.clp.plugins.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds JSON in what a model wrote, between prose and in code fences.
 *
 * <p>It is read as models write it: with line breaks within strings, single quotes, names without
 * quotes, trailing commas and escapes of any character.
 */
public final class JsonObjects {

  private static final int DEEPEST = 16;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  // So that braces within braces without end are not read from each of them.
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
                  .build())
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
          .enable(JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS)
          .enable(JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS)
          .enable(JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS)
          // Two values under one name are two verdicts.
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** Characters of a text that is searched: braces without end would keep us busy. */
  private static final int LONGEST = 100_000;

  /** A brace with a name behind it, or none at all. */
  private static final Pattern BEGINNING = Pattern.compile("\\{\\s*[\"'}\\p{L}_$]");

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
   * @return empty if no object fits, what is meant is not clear, or the text is longer than a
   *     hundred thousand characters
   */
  public static <T> Optional<T> only(
      String text, Collection<String> names, Function<JsonNode, Optional<T>> meaning) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    char[] characters = text.toCharArray();
    Set<T> found = new LinkedHashSet<>();
    Matcher beginnings = BEGINNING.matcher(text);
    int next = 0;
    while (beginnings.find(next)) {
      int from = beginnings.start();
      next = from + 1;
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
