package dev.clp.runtime.serve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The fields of a request's body. A field that is {@code null} counts as absent. */
final class Fields {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode body;
  private final String prefix;
  private final Set<String> known = new HashSet<>();

  private Fields(JsonNode body, String prefix) {
    this.body = body;
    this.prefix = prefix;
  }

  /**
   * Reads a body.
   *
   * @throws ApiError if it is no JSON object
   */
  static Fields of(byte[] body) {
    try {
      JsonNode json = JSON.readTree(body);
      if (json != null && json.isObject()) {
        return new Fields(json, "");
      }
    } catch (JsonProcessingException e) {
      throw new ApiError(
          400,
          null,
          "invalid_json",
          "the body is not readable as JSON: "
              + e.getOriginalMessage()
              + " (line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr()
              + ")");
    } catch (IOException e) {
      throw new ApiError(400, null, "invalid_json", "the body cannot be read: " + e.getMessage());
    }
    throw new ApiError(400, null, "invalid_json", "the body must be a JSON object");
  }

  /** Returns a field as it is. */
  Optional<JsonNode> json(String name) {
    known.add(name);
    return Optional.ofNullable(body.get(name)).filter(value -> !value.isNull());
  }

  private ApiError wrong(String name, String expected) {
    return ApiError.field(
        prefix + name,
        "'" + prefix + name + "' must be " + expected + ", but is " + body.get(name));
  }

  Optional<String> text(String name) {
    return json(name)
        .map(
            value -> {
              if (!value.isTextual()) {
                throw wrong(name, "a string");
              }
              return value.asText();
            });
  }

  boolean flag(String name) {
    return json(name)
        .map(
            value -> {
              if (!value.isBoolean()) {
                throw wrong(name, "true or false");
              }
              return value.asBoolean();
            })
        .orElse(false);
  }

  Optional<Double> number(String name, double least, double most) {
    return json(name)
        .map(
            value -> {
              double number = value.asDouble();
              if (!value.isNumber() || !(number >= least && number <= most)) {
                throw wrong(name, "a number" + range(least, most));
              }
              return number;
            });
  }

  private static String range(double least, double most) {
    return most == Double.MAX_VALUE ? " of at least " + least : " in [" + least + ", " + most + "]";
  }

  Optional<Integer> integer(String name, int least, int most) {
    return json(name)
        .map(
            value -> {
              if (!value.isIntegralNumber()
                  || !value.canConvertToInt()
                  || value.asInt() < least
                  || value.asInt() > most) {
                throw wrong(
                    name,
                    most == Integer.MAX_VALUE
                        ? "a whole number of at least " + least
                        : "a whole number in [" + least + ", " + most + "]");
              }
              return value.asInt();
            });
  }

  Optional<Long> wholeNumber(String name) {
    return json(name)
        .map(
            value -> {
              if (!value.isIntegralNumber() || !value.canConvertToLong()) {
                throw wrong(name, "a whole number of 64 bits");
              }
              return value.asLong();
            });
  }

  /** Returns an object of numbers. */
  Optional<Map<String, Double>> numbers(String name) {
    return json(name)
        .map(
            value -> {
              if (!value.isObject()) {
                throw wrong(name, "an object of numbers by name");
              }
              Map<String, Double> numbers = new LinkedHashMap<>();
              value
                  .properties()
                  .forEach(
                      entry -> {
                        if (!entry.getValue().isNumber()) {
                          throw wrong(name, "an object of numbers by name");
                        }
                        numbers.put(entry.getKey(), entry.getValue().asDouble());
                      });
              return numbers;
            });
  }

  /** Returns one text or several, none of them empty. */
  List<String> texts(String name, int most) {
    List<String> texts = new ArrayList<>();
    json(name)
        .ifPresent(
            value -> {
              for (JsonNode text : value.isArray() ? value : List.of(value)) {
                if (!text.isTextual() || text.asText().isEmpty()) {
                  throw wrong(name, "a string, or a list of strings, none of them empty");
                }
                texts.add(text.asText());
              }
              if (texts.size() > most) {
                throw wrong(name, "at most " + most + " strings");
              }
            });
    return texts;
  }

  /** Returns an object in this one; empty if it is absent. */
  Fields object(String name) {
    JsonNode value = json(name).orElseGet(JSON::createObjectNode);
    if (!value.isObject()) {
      throw wrong(name, "an object");
    }
    return new Fields(value, prefix + name + ".");
  }

  /** Takes note of fields that change nothing here. */
  void ignore(String... names) {
    known.addAll(List.of(names));
  }

  /**
   * Refuses a field that is not implemented, unless its value asks for nothing.
   *
   * @param asksNothing whether a value is what happens anyway
   */
  void refuse(String name, Predicate<JsonNode> asksNothing) {
    json(name)
        .filter(asksNothing.negate())
        .ifPresent(
            value -> {
              throw new ApiError(
                  400,
                  prefix + name,
                  "unsupported",
                  "'" + prefix + name + "' is not supported here; leave it out");
            });
  }

  /**
   * Makes sure that every field was read.
   *
   * @throws ApiError naming one that is not known
   */
  void requireAllKnown() {
    body.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw new ApiError(
                    400,
                    prefix + name,
                    "unknown_field",
                    "there is no field '" + prefix + name + "'; leave it out");
              }
            });
  }
}
