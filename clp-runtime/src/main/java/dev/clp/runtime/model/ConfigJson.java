package dev.clp.runtime.model;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A {@code config.json} or {@code generation_config.json}: its fields, checked as they are read,
 * and everything else that it holds, kept for writing.
 */
public final class ConfigJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final ObjectNode json;
  private final List<String> notices = new ArrayList<>();

  private ConfigJson(Path file, ObjectNode json) {
    this.file = file;
    this.json = json;
  }

  /**
   * Reads a file.
   *
   * @throws UserException if it holds no JSON object
   */
  public static ConfigJson read(Path file) {
    JsonNode json;
    try {
      json = JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new UserException(
          file + ": not readable as JSON (" + e.getMessage() + "); is this a Hugging Face folder?");
    } catch (IOException e) {
      throw FileErrors.reading(file, e);
    }
    if (!(json instanceof ObjectNode object)) {
      throw new UserException(file + ": expected a JSON object; is this a Hugging Face folder?");
    }
    return new ConfigJson(file, object);
  }

  /** Returns what a file of this name would hold. */
  public static ConfigJson of(Path file, ObjectNode json) {
    return new ConfigJson(file, json.deepCopy());
  }

  /** Returns where it was read. */
  public Path file() {
    return file;
  }

  /**
   * Returns the architecture that it states.
   *
   * @throws UserException naming file, field and value if no family can compute it
   */
  public Architecture architecture() {
    Unsupported.refuse(this);
    return ModelFamily.of(this).read(this);
  }

  /**
   * Returns all fields with those of an architecture in their place, for parameters of 32 bits; the
   * result may be changed.
   */
  public ObjectNode with(Architecture architecture) {
    return with(architecture, DataType.FLOAT32);
  }

  /**
   * Returns all fields with those of an architecture in their place; the result may be changed.
   *
   * @param type the data type of the stored parameters
   */
  public ObjectNode with(Architecture architecture, DataType type) {
    return with(architecture.toJson(), type);
  }

  /**
   * Returns all fields with others in their place; the result may be changed.
   *
   * @param type the data type of the stored parameters
   */
  public ObjectNode with(ObjectNode fields, DataType type) {
    ObjectNode written = json.deepCopy();
    merge(written, fields);
    // Newer versions of transformers say dtype, older ones torch_dtype.
    String name = type.name().toLowerCase(Locale.ROOT);
    return written.put("torch_dtype", name).put("dtype", name);
  }

  /** Puts fields into an object, and into those within it; what else these hold stays. */
  private static void merge(ObjectNode object, ObjectNode fields) {
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      if (object.get(field.getKey()) instanceof ObjectNode inner
          && field.getValue() instanceof ObjectNode value) {
        merge(inner, value);
      } else {
        object.set(field.getKey(), field.getValue());
      }
    }
  }

  /** Returns a copy of all fields. */
  public ObjectNode fields() {
    return json.deepCopy();
  }

  /** Returns a field's value, a missing node if there is none. */
  public JsonNode field(String name) {
    return json.path(name);
  }

  /** Returns whether a field is there and is not null. */
  public boolean has(String name) {
    return json.hasNonNull(name);
  }

  /** Returns a positive integer. */
  public int positive(String name) {
    JsonNode node = field(name);
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.asInt() <= 0) {
      throw error(
          name
              + " must be a positive integer, but found "
              + (node.isMissingNode() ? "nothing" : node));
    }
    return node.asInt();
  }

  /** Returns a positive integer, or {@code otherwise} if there is none. */
  public int positive(String name, int otherwise) {
    return has(name) ? positive(name) : otherwise;
  }

  /** Returns a positive finite number, or {@code otherwise} if there is none. */
  public double number(String name, double otherwise) {
    return number(name, field(name), otherwise);
  }

  /** Returns the positive finite number that a node of this file holds. */
  public double number(String name, JsonNode node, double otherwise) {
    if (node.isMissingNode() || node.isNull()) {
      return otherwise;
    }
    if (!node.isNumber() || !(node.asDouble() > 0) || Double.isInfinite(node.asDouble())) {
      throw error(name + " must be a positive number, found " + node);
    }
    return node.asDouble();
  }

  /** Returns true or false, or false if there is neither. */
  public boolean flag(String name) {
    if (has(name) && !field(name).isBoolean()) {
      throw error(name + " must be true or false, found " + field(name));
    }
    return field(name).asBoolean(false);
  }

  /** Returns the token ids of a field that holds one or a list of them; none if it is absent. */
  public List<Long> tokens(String name) {
    if (!has(name)) {
      return List.of();
    }
    List<Long> tokens = new ArrayList<>();
    for (JsonNode token : field(name).isArray() ? field(name) : List.of(field(name))) {
      if (!token.isIntegralNumber() || !token.canConvertToLong() || token.asLong() < 0) {
        throw error(
            name
                + " must be a token id or a list of them, but found "
                + field(name)
                + "; write the id as a number, without quotation marks");
      }
      tokens.add(token.asLong());
    }
    return tokens;
  }

  /** Notes how a contradiction in this file was understood, for the user to know. */
  public void notice(String what) {
    notices.add(file + ": " + what);
  }

  /** Returns how contradictions in this file were understood. */
  public List<String> notices() {
    return List.copyOf(notices);
  }

  /** Returns an error that names this file. */
  public UserException error(String what) {
    return new UserException(file + ": " + what);
  }
}
