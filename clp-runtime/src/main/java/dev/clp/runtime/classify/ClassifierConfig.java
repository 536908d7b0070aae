package dev.clp.runtime.classify;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.Reading;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.ClassifierArchitecture;
import dev.clp.runtime.model.ClassifierFamily;
import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.SpecialTokens;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * The shape of a sequence classifier, as its {@code config.json} states it.
 *
 * @param architecture the transformer with its head
 * @param tokens the tokens at which sequences begin and end
 * @param labels the labels in the order of the logits, distinct, at least one
 * @param padding the token that other programs pad batches with; nothing here reads it
 * @param separator the text between two texts that are read together; if absent, as in folders of
 *     others, the tokenizer's own template for pairs says how they are joined
 * @param maxTokens the longest sequence that it was trained on, if that is known
 */
record ClassifierConfig(
    ClassifierArchitecture architecture,
    SpecialTokens tokens,
    List<String> labels,
    OptionalLong padding,
    Optional<String> separator,
    OptionalInt maxTokens) {

  /** The key of {@code config.json} that holds the separator; other programs pass over it. */
  static final String SEPARATOR = "clp_pair_separator";

  /** The key of {@code config.json} that holds the longest sequence of training. */
  static final String MAX_TOKENS = "clp_max_tokens";

  private static final String SUFFIX = "ForSequenceClassification";

  ClassifierConfig {
    labels = List.copyOf(labels);
  }

  /**
   * Reads a configuration.
   *
   * @throws dev.clp.runtime.error.UserException if it is malformed, or of an architecture that is
   *     not supported
   */
  static ClassifierConfig read(ConfigJson json) {
    List<String> labels = labels(json);
    ClassifierArchitecture architecture = ClassifierFamily.of(json, labels.size());
    List<String> architectures =
        StreamSupport.stream(json.field("architectures").spliterator(), false)
            .map(JsonNode::asText)
            .toList();
    if (!architectures.contains(architecture.className() + SUFFIX)) {
      throw json.error(
          "architectures is "
              + architectures
              + ", but a classifier is a "
              + architecture.className()
              + SUFFIX
              + "; name a folder with a classification head, such as 'clp train-reward' writes");
    }
    JsonNode separator = json.field(SEPARATOR);
    return new ClassifierConfig(
        architecture,
        SpecialTokens.of(json),
        labels,
        padding(json),
        separator.isTextual() ? Optional.of(separator.asText()) : Optional.empty(),
        json.has(MAX_TOKENS) ? OptionalInt.of(json.positive(MAX_TOKENS)) : OptionalInt.empty());
  }

  /** Returns the token that a configuration pads with, if it names one. */
  static OptionalLong padding(ConfigJson json) {
    JsonNode padding = json.field("pad_token_id");
    return padding.isIntegralNumber() ? OptionalLong.of(padding.asLong()) : OptionalLong.empty();
  }

  /** Returns the longest sequence that it reads, in tokens. */
  int longest() {
    return Math.min(architecture.maxPositions(), maxTokens.orElse(Integer.MAX_VALUE));
  }

  /**
   * Reads the labels as transformers does: named by id2label, else counted by num_labels or two.
   */
  private static List<String> labels(ConfigJson json) {
    JsonNode names = json.field("id2label");
    if (!names.isObject() || names.isEmpty()) {
      int count = json.field("num_labels").asInt(2);
      if (count < 1) {
        throw json.error("num_labels is " + count + ", expected at least 1");
      }
      return IntStream.range(0, count).mapToObj(i -> "LABEL_" + i).toList();
    }
    List<String> labels =
        IntStream.range(0, names.size())
            .mapToObj(
                i -> {
                  JsonNode name = names.path(Integer.toString(i));
                  if (!name.isTextual()) {
                    throw json.error(
                        "id2label is "
                            + names
                            + ", but label "
                            + i
                            + " is not named; expected a text for every number from 0 to "
                            + (names.size() - 1));
                  }
                  return name.asText();
                })
            .toList();
    if (new HashSet<>(labels).size() < labels.size()) {
      throw json.error("id2label names a label twice: " + labels + "; expected distinct names");
    }
    return labels;
  }

  /**
   * Returns the longest sequence of a reading, in tokens.
   *
   * @throws dev.clp.runtime.error.UserException if it asks for more than the network reads
   */
  int longest(Reading reading) {
    int longest = reading.maxTokens().orElse(longest());
    if (longest > architecture.maxPositions()) {
      throw new UserException(
          "max-tokens is "
              + longest
              + ", but the classifier reads at most "
              + architecture.maxPositions()
              + " tokens");
    }
    return longest;
  }

  /** Returns the fields of {@code config.json} that state this, in transformers' spelling. */
  ObjectNode toJson() {
    ObjectNode json = tokens.addTo(architecture.toJson());
    json.put("torch_dtype", "float32").put("dtype", "float32");
    json.putArray("architectures").add(architecture.className() + SUFFIX);
    ObjectNode names = json.putObject("id2label");
    ObjectNode numbers = json.putObject("label2id");
    for (int i = 0; i < labels.size(); i++) {
      names.put(Integer.toString(i), labels.get(i));
      numbers.put(labels.get(i), i);
    }
    padding.ifPresent(token -> json.put("pad_token_id", token));
    separator.ifPresent(text -> json.put(SEPARATOR, text));
    maxTokens.ifPresent(count -> json.put(MAX_TOKENS, count));
    return json;
  }

  /** Returns every stored parameter's shape, in the checkpoint's order. */
  Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>(architecture.body());
    shapes.putAll(architecture.head());
    return shapes;
  }
}
