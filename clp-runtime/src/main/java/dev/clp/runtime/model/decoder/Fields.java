package dev.clp.runtime.model.decoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.ConfigJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A family's view of {@code config.json}: every field that it reads is noted with its value, the
 * class's default where the file leaves it out. What is noted states the architecture again.
 */
final class Fields {

  private final ConfigJson config;
  private final ObjectNode read = JsonNodeFactory.instance.objectNode();

  /**
   * Opens a configuration.
   *
   * @param causalClass the name of transformers' class of language models of this kind
   */
  Fields(ConfigJson config, String causalClass) {
    this.config = config;
    read.putArray("architectures").add(causalClass);
    read.put("model_type", config.field("model_type").asText());
  }

  /** Returns the fields read so far, in the file's spelling. */
  ObjectNode read() {
    return read;
  }

  /** Returns a positive integer. */
  int positive(String name, int otherwise) {
    int value = config.positive(name, otherwise);
    read.put(name, value);
    return value;
  }

  /** Returns an integer of at least 0. */
  int count(String name, int otherwise) {
    JsonNode value = config.field(name);
    if (config.has(name) && value.isIntegralNumber() && value.asInt() == 0) {
      read.put(name, 0);
      return 0;
    }
    return positive(name, otherwise);
  }

  /** Returns a positive integer, the class's default if it is left out, or none if it is null. */
  OptionalInt optionalPositive(String name, OptionalInt otherwise) {
    OptionalInt value =
        config.field(name).isNull()
            ? OptionalInt.empty()
            : config.has(name) ? OptionalInt.of(config.positive(name)) : otherwise;
    value.ifPresentOrElse(number -> read.put(name, number), () -> read.putNull(name));
    return value;
  }

  /** Returns a positive finite number. */
  double number(String name, double otherwise) {
    double value = config.number(name, otherwise);
    read.put(name, value);
    return value;
  }

  /** Returns a positive number, the class's default if it is left out, or none if it is null. */
  OptionalDouble optionalNumber(String name, OptionalDouble otherwise) {
    OptionalDouble value =
        config.field(name).isNull()
            ? OptionalDouble.empty()
            : config.has(name) ? OptionalDouble.of(config.number(name, 0)) : otherwise;
    value.ifPresentOrElse(number -> read.put(name, number), () -> read.putNull(name));
    return value;
  }

  /** Notes what a field that is spelled in several ways comes to. */
  void note(String name, double value) {
    read.put(name, value);
  }

  /** Returns the positive finite number that a node of this file holds, without noting it. */
  double number(String name, JsonNode node, double otherwise) {
    return config.number(name, node, otherwise);
  }

  /** Returns true or false. */
  boolean flag(String name, boolean otherwise) {
    boolean value = config.has(name) ? config.flag(name) : otherwise;
    read.put(name, value);
    return value;
  }

  /** Refuses what a flag asks for. */
  void refuse(String name, String what) {
    if (flag(name, false)) {
      throw config.error(name + " is true, but " + what + " are unknown here");
    }
  }

  /** Returns an activation by the name that transformers gives it. */
  Activation activation(String name, String otherwise) {
    String value = config.has(name) ? config.field(name).asText() : otherwise;
    read.put(name, value);
    return Activation.of(value)
        .orElseThrow(
            () ->
                config.error(
                    name
                        + " is '"
                        + value
                        + "', but the supported activations are "
                        + Activation.names()
                        + "; use a checkpoint with one of them"));
  }

  /**
   * Returns which layers see a window alone: as {@code layer_types} says, or else by rule.
   *
   * @param rule says of a layer's number whether the class gives it a window
   */
  List<Boolean> windowed(int layers, IntPredicate rule) {
    String name = "layer_types";
    if (!config.has(name)) {
      return IntStream.range(0, layers).mapToObj(rule::test).toList();
    }
    JsonNode types = raw(name);
    if (!types.isArray() || types.size() != layers) {
      throw config.error(name + " must be a list of one type per layer, " + layers + " in all");
    }
    List<Boolean> windowed = new ArrayList<>();
    for (JsonNode type : types) {
      boolean sliding = type.asText().equals("sliding_attention");
      if (!sliding && !type.asText().equals("full_attention")) {
        throw config.error(
            name
                + " names "
                + type
                + ", but the supported types are 'full_attention' and 'sliding_attention'; use a"
                + " checkpoint of them alone");
      }
      windowed.add(sliding);
    }
    return windowed;
  }

  /**
   * Returns a list of one 0 or 1 per layer, as truth.
   *
   * @param rule the class's default, by the layer's number
   */
  List<Boolean> flags(String name, int layers, IntPredicate rule) {
    if (!config.has(name)) {
      return IntStream.range(0, layers).mapToObj(rule::test).toList();
    }
    JsonNode values = raw(name);
    List<Boolean> flags = new ArrayList<>();
    for (JsonNode value : values) {
      flags.add(value.asInt() != 0);
    }
    if (!values.isArray() || flags.size() != layers) {
      throw config.error(name + " must be a list of " + layers + " numbers, one 0 or 1 per layer");
    }
    return flags;
  }

  /** Returns whether a field is there, null or not. */
  boolean isStated(String name) {
    return !config.field(name).isMissingNode();
  }

  /** Returns whether a field is there and is not null. */
  boolean has(String name) {
    return config.has(name);
  }

  /** Returns a field as it stands, a missing node if there is none; null is not noted. */
  JsonNode raw(String name) {
    JsonNode value = config.field(name);
    if (config.has(name)) {
      read.set(name, value);
    }
    return value;
  }

  /** Returns a field's text, or none. */
  Optional<String> text(String name) {
    return has(name) ? Optional.of(raw(name).asText()) : Optional.empty();
  }

  void notice(String what) {
    config.notice(what);
  }

  UserException error(String what) {
    return config.error(what);
  }
}
