package dev.clp.runtime.classify;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.LlamaConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * The shape of a sequence classifier, as its {@code config.json} states it.
 *
 * @param backbone the transformer
 * @param labels the labels in the order of the logits, distinct, at least one
 * @param padding the token that pads batches; the head reads the last token that is not it
 * @param separator the text between two texts that are read together; if absent, as in folders of
 *     others, the tokenizer's own template for pairs says how they are joined
 */
record ClassifierConfig(
    LlamaConfig backbone, List<String> labels, OptionalLong padding, Optional<String> separator) {

  /** The head's name in the checkpoint. */
  static final String HEAD = "score.weight";

  /** The key of {@code config.json} that holds the separator; other programs pass over it. */
  static final String SEPARATOR = "clp_pair_separator";

  private static final String ARCHITECTURE = "LlamaForSequenceClassification";
  private static final ObjectMapper JSON = new ObjectMapper();

  ClassifierConfig {
    labels = List.copyOf(labels);
  }

  /**
   * Reads a configuration.
   *
   * @throws UserException if it is malformed, or of an architecture that is not supported
   */
  static ClassifierConfig read(Path file) {
    LlamaConfig whole = LlamaConfig.read(file);
    LlamaConfig backbone = whole.body(whole.maxPositions());
    JsonNode json;
    try {
      json = JSON.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UserException(file + ": cannot be read: " + e.getMessage(), e);
    }
    List<String> architectures =
        StreamSupport.stream(json.path("architectures").spliterator(), false)
            .map(JsonNode::asText)
            .toList();
    if (!architectures.contains(ARCHITECTURE)) {
      throw new UserException(
          file
              + ": architectures is "
              + architectures
              + ", but a classifier is a "
              + ARCHITECTURE
              + "; name a folder with a classification head, such as 'clp train-reward' writes");
    }
    JsonNode padding = json.path("pad_token_id");
    JsonNode separator = json.path(SEPARATOR);
    return new ClassifierConfig(
        backbone,
        labels(file, json),
        padding.isIntegralNumber() ? OptionalLong.of(padding.asLong()) : OptionalLong.empty(),
        separator.isTextual() ? Optional.of(separator.asText()) : Optional.empty());
  }

  /**
   * Reads the labels as transformers does: named by id2label, else counted by num_labels or two.
   */
  private static List<String> labels(Path file, JsonNode json) {
    JsonNode names = json.path("id2label");
    if (!names.isObject() || names.isEmpty()) {
      int count = json.path("num_labels").asInt(2);
      if (count < 1) {
        throw new UserException(file + ": num_labels is " + count + ", expected at least 1");
      }
      return IntStream.range(0, count).mapToObj(i -> "LABEL_" + i).toList();
    }
    List<String> labels =
        IntStream.range(0, names.size())
            .mapToObj(
                i -> {
                  JsonNode name = names.path(Integer.toString(i));
                  if (!name.isTextual()) {
                    throw new UserException(
                        file
                            + ": id2label is "
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
      throw new UserException(
          file + ": id2label names a label twice: " + labels + "; expected distinct names");
    }
    return labels;
  }

  /** Returns the JSON that {@link #read} and Hugging Face's transformers read. */
  ObjectNode toJson() {
    ObjectNode json = backbone.toJson();
    json.putArray("architectures").add(ARCHITECTURE);
    ObjectNode names = json.putObject("id2label");
    ObjectNode numbers = json.putObject("label2id");
    for (int i = 0; i < labels.size(); i++) {
      names.put(Integer.toString(i), labels.get(i));
      numbers.put(labels.get(i), i);
    }
    padding.ifPresent(token -> json.put("pad_token_id", token));
    separator.ifPresent(text -> json.put(SEPARATOR, text));
    return json;
  }

  /** Returns every stored parameter's shape, in the checkpoint's order. */
  Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>(backbone.shapes());
    shapes.put(HEAD, new Shape(labels.size(), backbone.width()));
    return shapes;
  }
}
