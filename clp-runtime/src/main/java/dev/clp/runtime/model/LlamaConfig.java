package dev.clp.runtime.model;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The shape of a Llama, as its {@code config.json} states it.
 *
 * @param vocabulary the number of tokens
 * @param width the size of hidden states
 * @param inner the size of the feed-forward block's inner layer
 * @param layers the number of blocks
 * @param heads the number of query heads
 * @param keyValueHeads the number of key and value heads; divides {@code heads}
 * @param headWidth the size of one head, even
 * @param maxPositions the longest sequence in tokens
 * @param epsilon added to the mean square in every normalisation
 * @param ropeTheta the base of the rotary embedding's wavelengths
 * @param tied whether the output layer is the embedding
 * @param bos the beginning-of-sequence token, if there is one
 * @param eos the end-of-sequence token, if there is one
 */
public record LlamaConfig(
    int vocabulary,
    int width,
    int inner,
    int layers,
    int heads,
    int keyValueHeads,
    int headWidth,
    int maxPositions,
    double epsilon,
    double ropeTheta,
    boolean tied,
    OptionalLong bos,
    OptionalLong eos) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REMEDY = "; use a checkpoint of the Llama family";

  /**
   * Reads a configuration.
   *
   * @param file the {@code config.json}
   * @throws UserException if it is malformed, or of an architecture that is not supported
   */
  public static LlamaConfig read(Path file) {
    JsonNode json;
    try {
      json = JSON.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UserException(
          file + ": not readable as JSON (" + e.getMessage() + "); is this a Hugging Face folder?");
    }
    if (!json.isObject()) {
      throw new UserException(file + ": expected a JSON object; is this a Hugging Face folder?");
    }
    return new Reader(file, json).read();
  }

  /** Returns the JSON that {@link #read} and Hugging Face's transformers read. */
  public ObjectNode toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.putArray("architectures").add("LlamaForCausalLM");
    json.put("model_type", "llama");
    json.put("vocab_size", vocabulary);
    json.put("hidden_size", width);
    json.put("intermediate_size", inner);
    json.put("num_hidden_layers", layers);
    json.put("num_attention_heads", heads);
    json.put("num_key_value_heads", keyValueHeads);
    json.put("head_dim", headWidth);
    json.put("hidden_act", "silu");
    json.put("max_position_embeddings", maxPositions);
    json.put("rms_norm_eps", epsilon);
    json.put("rope_theta", ropeTheta);
    json.put("tie_word_embeddings", tied);
    json.put("attention_bias", false);
    json.put("mlp_bias", false);
    bos.ifPresent(token -> json.put("bos_token_id", token));
    eos.ifPresent(token -> json.put("eos_token_id", token));
    json.put("torch_dtype", "float32");
    return json;
  }

  /**
   * Returns the shape of the transformer alone: without an output layer of its own.
   *
   * @param longest the longest sequence in tokens; rotary positions have no parameters, so any will
   *     do
   */
  public LlamaConfig body(int longest) {
    return new LlamaConfig(
        vocabulary,
        width,
        inner,
        layers,
        heads,
        keyValueHeads,
        headWidth,
        longest,
        epsilon,
        ropeTheta,
        true,
        bos,
        eos);
  }

  /** Returns every stored parameter's shape, in the checkpoint's order. */
  public Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(Llama.EMBEDDING, new Shape(vocabulary, width));
    for (int layer = 0; layer < layers; layer++) {
      String prefix = "model.layers." + layer + ".";
      long query = (long) heads * headWidth;
      long keyValue = (long) keyValueHeads * headWidth;
      shapes.put(prefix + "input_layernorm.weight", new Shape(width));
      shapes.put(prefix + "self_attn.q_proj.weight", new Shape(query, width));
      shapes.put(prefix + "self_attn.k_proj.weight", new Shape(keyValue, width));
      shapes.put(prefix + "self_attn.v_proj.weight", new Shape(keyValue, width));
      shapes.put(prefix + "self_attn.o_proj.weight", new Shape(width, query));
      shapes.put(prefix + "post_attention_layernorm.weight", new Shape(width));
      shapes.put(prefix + "mlp.gate_proj.weight", new Shape(inner, width));
      shapes.put(prefix + "mlp.up_proj.weight", new Shape(inner, width));
      shapes.put(prefix + "mlp.down_proj.weight", new Shape(width, inner));
    }
    shapes.put(Llama.NORM, new Shape(width));
    if (!tied) {
      shapes.put(Llama.OUTPUT, new Shape(vocabulary, width));
    }
    return shapes;
  }

  /** Reads and checks the fields of one file. */
  private record Reader(Path file, JsonNode json) {

    LlamaConfig read() {
      String type = json.path("model_type").asText("");
      if (!type.equals("llama")) {
        throw new UserException(
            file + ": model_type is '" + type + "', but 'llama' is supported" + REMEDY);
      }
      refuse("attention_bias", "biases in attention");
      refuse("mlp_bias", "biases in feed-forward blocks");
      JsonNode scaling = json.path("rope_scaling");
      if (!scaling.isMissingNode() && !scaling.isNull()) {
        throw new UserException(
            file + ": rope_scaling is not supported" + REMEDY + " that was trained without it");
      }
      String activation = json.path("hidden_act").asText("silu");
      if (!activation.equals("silu")) {
        throw new UserException(
            file + ": hidden_act is '" + activation + "', but 'silu' is supported" + REMEDY);
      }
      int heads = positive("num_attention_heads");
      int width = positive("hidden_size");
      int keyValueHeads = optional("num_key_value_heads", heads);
      int headWidth = optional("head_dim", Math.max(1, width / heads));
      if (heads % keyValueHeads != 0) {
        throw new UserException(
            file
                + ": num_attention_heads = "
                + heads
                + " is not a multiple of num_key_value_heads = "
                + keyValueHeads);
      }
      if (headWidth % 2 != 0) {
        throw new UserException(
            file + ": head_dim = " + headWidth + " is odd, but rotary embeddings need pairs");
      }
      return new LlamaConfig(
          positive("vocab_size"),
          width,
          positive("intermediate_size"),
          positive("num_hidden_layers"),
          heads,
          keyValueHeads,
          headWidth,
          optional("max_position_embeddings", 2048),
          number("rms_norm_eps", 1e-6),
          number("rope_theta", ropeParameters().asDouble(10000)),
          json.path("tie_word_embeddings").asBoolean(false),
          token("bos_token_id"),
          token("eos_token_id"));
    }

    private JsonNode ropeParameters() {
      JsonNode parameters = json.path("rope_parameters");
      String kind = parameters.path("rope_type").asText("default");
      if (!kind.equals("default")) {
        throw new UserException(
            file + ": rope_type '" + kind + "' is not supported" + REMEDY + " without it");
      }
      return parameters.path("rope_theta");
    }

    private void refuse(String field, String what) {
      if (json.path(field).asBoolean(false)) {
        throw new UserException(
            file + ": " + field + " is true, but " + what + " are unknown here");
      }
    }

    private int positive(String field) {
      JsonNode node = json.path(field);
      if (!node.isIntegralNumber() || !node.canConvertToInt() || node.asInt() <= 0) {
        throw new UserException(
            file
                + ": "
                + field
                + " must be a positive integer, but found "
                + (node.isMissingNode() ? "nothing" : node));
      }
      return node.asInt();
    }

    private int optional(String field, int otherwise) {
      JsonNode node = json.path(field);
      return node.isMissingNode() || node.isNull() ? otherwise : positive(field);
    }

    private double number(String field, double otherwise) {
      JsonNode node = json.path(field);
      if (node.isMissingNode() || node.isNull()) {
        return otherwise;
      }
      if (!node.isNumber() || !(node.asDouble() > 0) || Double.isInfinite(node.asDouble())) {
        throw new UserException(file + ": " + field + " must be a positive number, found " + node);
      }
      return node.asDouble();
    }

    private OptionalLong token(String field) {
      JsonNode node = json.path(field);
      JsonNode first = node.isArray() && !node.isEmpty() ? node.get(0) : node;
      return first.isIntegralNumber() ? OptionalLong.of(first.asLong()) : OptionalLong.empty();
    }
  }
}
