package dev.clp.runtime.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.clp.api.Example;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads examples from JSON Lines: one object per line, its fields mapped by a template. */
public final class JsonLines {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Read, so that they can be refused in the file's own words.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();
  private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '(.*)'");
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final Pattern FIELD = Pattern.compile("\\{([A-Za-z0-9_.-]+)}");

  private JsonLines() {}

  /**
   * Reads examples.
   *
   * @param file the file, in UTF-8; blank lines are passed over
   * @param template the prompt, with fields in braces such as {@code {document}}
   * @param references the fields that hold responses that people wrote: text or lists of text
   * @param idField the field that holds the id; the line's number if absent
   * @param limit the most examples to read
   * @throws UserException naming file, line and field if anything is missing or malformed
   */
  public static List<Example> read(
      Path file,
      String template,
      List<String> references,
      Optional<String> idField,
      Optional<Integer> limit) {
    return examples(
        file,
        idField,
        limit,
        (id, row) -> new Example(id, row.fill(template), row.allTexts(references), row.fields()));
  }

  /**
   * Reads examples.
   *
   * @param make makes an example of its id and its line
   */
  static List<Example> examples(
      Path file,
      Optional<String> idField,
      Optional<Integer> limit,
      BiFunction<String, Row, Example> make) {
    List<Example> examples = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Row row : rows(file, limit)) {
      String id = row.id(idField);
      if (!ids.add(id)) {
        throw new UserException(
            row.where() + ": the id '" + id + "' occurs twice; ids must be unique in a file");
      }
      examples.add(make.apply(id, row));
    }
    return examples;
  }

  /**
   * Reads lines as they are.
   *
   * @param limit the most lines to read
   * @return at least one
   * @throws UserException naming file and line if one is not a JSON object in UTF-8
   */
  public static List<Row> rows(Path file, Optional<Integer> limit) {
    List<Row> rows = new ArrayList<>();
    int number = 0;
    // Split as single bytes and decoded line by line, so that the line that is not UTF-8 is known.
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String bytes = reader.readLine(); bytes != null; bytes = reader.readLine()) {
        number++;
        if (limit.isPresent() && rows.size() >= limit.get()) {
          break;
        }
        String line = decode(file, number, bytes);
        if (number == 1 && line.startsWith(BYTE_ORDER_MARK)) {
          line = line.substring(1);
        }
        if (!line.isBlank()) {
          rows.add(new Row(file, number, parse(file, number, line)));
        }
      }
    } catch (IOException e) {
      throw FileErrors.reading(file, e);
    }
    if (rows.isEmpty()) {
      throw new UserException(file + ": holds no example; expected one JSON object per line");
    }
    return rows;
  }

  private static String decode(Path file, int number, String bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
          .toString();
    } catch (CharacterCodingException e) {
      throw new UserException(file + ":" + number + ": not UTF-8; convert the file");
    }
  }

  private static JsonNode parse(Path file, int number, String line) {
    String where = file + ":" + number + ": ";
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      Matcher duplicate = DUPLICATE.matcher(e.getOriginalMessage());
      throw new UserException(
          where
              + (duplicate.find()
                  ? "the field '" + duplicate.group(1) + "' occurs twice; remove one of the two"
                  : "not JSON (" + e.getOriginalMessage() + "); one object per line"));
    }
    if (!json.isObject()) {
      throw new UserException(
          where
              + "expected an object such as {\"prompt\": \"...\"}, but found "
              + kind(json)
              + "; write one object per line");
    }
    json.properties().forEach(field -> checkNumbers(where, field.getKey(), field.getValue()));
    return json;
  }

  private static String kind(JsonNode json) {
    return switch (json.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      case STRING -> "a text";
      case NUMBER -> "a number";
      default -> json.toString();
    };
  }

  private static void checkNumbers(String where, String field, JsonNode value) {
    if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
      throw new UserException(
          where
              + "the field '"
              + field
              + "' holds "
              + value.asText()
              + ", which is no number in JSON; write a finite number, null, or leave the field"
              + " out");
    }
    value.forEach(inner -> checkNumbers(where, field, inner));
  }

  /**
   * One line.
   *
   * @param file where it stands
   * @param number the line's, from 1
   * @param json an object
   */
  public record Row(Path file, int number, JsonNode json) {

    /** Returns the id that a field holds, or that the line's number makes. */
    String id(Optional<String> field) {
      return field.map(this::text).orElse("line-" + number);
    }

    /** Returns file and line, for errors. */
    public String where() {
      return file + ":" + number;
    }

    /**
     * Returns a template with its fields, in braces such as {@code {document}}, filled in.
     *
     * @throws UserException if a field holds no text
     */
    public String fill(String template) {
      Matcher matcher = FIELD.matcher(template);
      return matcher.replaceAll(match -> Matcher.quoteReplacement(text(match.group(1))));
    }

    /**
     * Returns a field's text.
     *
     * @throws UserException if it holds none
     */
    public String text(String field) {
      return text(field, json.get(field));
    }

    /**
     * Returns a field's number.
     *
     * @throws UserException if it holds none, or none that is finite
     */
    public double real(String field) {
      JsonNode value = json.path(field);
      if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
        throw new UserException(
            where()
                + ": the field '"
                + field
                + "' must hold a number, but holds "
                + (value.isMissingNode() ? "nothing" : value));
      }
      return value.asDouble();
    }

    /** Returns the responses of fields that each hold one or a list of them, none of them blank. */
    List<String> allTexts(List<String> names) {
      return names.stream()
          .flatMap(field -> texts(field).stream().map(text -> response(field, text)))
          .toList();
    }

    private String response(String field, String text) {
      if (text.isBlank()) {
        throw new UserException(
            where()
                + ": the field '"
                + field
                + "' holds an empty response; write one, or leave the line out");
      }
      return text;
    }

    private List<String> texts(String field) {
      JsonNode value = json.get(field);
      if (value != null && value.isArray()) {
        List<String> texts = new ArrayList<>();
        value.forEach(item -> texts.add(text(field, item)));
        return texts;
      }
      return List.of(text(field));
    }

    private String text(String field, JsonNode value) {
      if (value != null && value.isContainerNode()) {
        throw new UserException(
            where()
                + ": the field '"
                + field
                + "' must hold a text, but holds "
                + kind(value)
                + "; write a text, or name a field that holds one");
      } else if (value == null || value.isNull()) {
        throw missing(field);
      }
      return value.asText();
    }

    /** Returns the fields that hold a text, a number or a truth value, as text. */
    Map<String, String> fields() {
      Map<String, String> fields = new HashMap<>();
      json.properties()
          .forEach(
              entry -> {
                if (entry.getValue().isValueNode() && !entry.getValue().isNull()) {
                  fields.put(entry.getKey(), entry.getValue().asText());
                }
              });
      return fields;
    }

    private UserException missing(String field) {
      List<String> names = new ArrayList<>();
      json.fieldNames().forEachRemaining(names::add);
      return new UserException(
          where() + ": the field '" + field + "' holds no text; the line's fields are " + names);
    }
  }
}
