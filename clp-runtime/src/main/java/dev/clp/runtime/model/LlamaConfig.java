package dev.clp.runtime.model;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.ParameterGroup;
import dev.clp.api.Parameters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The shape of a Llama.
 *
 * @param vocabulary the number of tokens
 * @param hiddenSize the size of hidden states
 * @param intermediateSize the size of the feed-forward block's inner layer
 * @param layers the number of blocks
 * @param heads the number of query heads
 * @param keyValueHeads the number of key and value heads; divides {@code heads}
 * @param headWidth the size of one head, even
 * @param maxPositions the longest sequence in tokens
 * @param epsilon added to the mean square in every normalisation
 * @param ropeTheta the base of the rotary embedding's wavelengths
 * @param tied whether the output layer is the embedding
 */
public record LlamaConfig(
    int vocabulary,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headWidth,
    int maxPositions,
    double epsilon,
    double ropeTheta,
    boolean tied)
    implements Architecture {

  @Override
  public String className() {
    return "Llama";
  }

  @Override
  public String embedding() {
    return Llama.EMBEDDING;
  }

  @Override
  public String outputLayer() {
    return Llama.OUTPUT;
  }

  @Override
  public LlamaConfig withTied(boolean isTied) {
    return with(maxPositions, isTied);
  }

  @Override
  public LlamaConfig withMaxPositions(int longest) {
    // Rotary positions have no parameters, so any length will do.
    return with(longest, tied);
  }

  private LlamaConfig with(int longest, boolean isTied) {
    return new LlamaConfig(
        vocabulary,
        hiddenSize,
        intermediateSize,
        layers,
        heads,
        keyValueHeads,
        headWidth,
        longest,
        epsilon,
        ropeTheta,
        isTied);
  }

  @Override
  public ParameterGroup group(String name) {
    if (name.equals(Llama.EMBEDDING)) {
      return ParameterGroup.EMBEDDING;
    } else if (name.equals(Llama.OUTPUT)) {
      return ParameterGroup.OUTPUT;
    } else if (name.endsWith("norm.weight")) {
      return ParameterGroup.NORM;
    }
    return name.contains(".self_attn.") ? ParameterGroup.ATTENTION : ParameterGroup.MLP;
  }

  @Override
  public boolean isBuffer(String name) {
    return name.endsWith("rotary_emb.inv_freq");
  }

  @Override
  public Initial initial(String name) {
    if (group(name) == ParameterGroup.NORM) {
      return Initial.one();
    }
    return name.endsWith("o_proj.weight") || name.endsWith("down_proj.weight")
        ? Initial.residual(layers)
        : Initial.projection();
  }

  @Override
  public Llama model(Parameters parameters) {
    return new Llama(this, parameters);
  }

  @Override
  public Optional<Backbone> backbone(Parameters parameters) {
    return Optional.of(new Llama(this, parameters));
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("architectures").add("LlamaForCausalLM");
    json.put("model_type", "llama");
    json.put("vocab_size", vocabulary);
    json.put("hidden_size", hiddenSize);
    json.put("intermediate_size", intermediateSize);
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
    return json;
  }

  @Override
  public Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(Llama.EMBEDDING, new Shape(vocabulary, hiddenSize));
    for (int layer = 0; layer < layers; layer++) {
      String prefix = "model.layers." + layer + ".";
      long query = (long) heads * headWidth;
      long keyValue = (long) keyValueHeads * headWidth;
      shapes.put(prefix + "input_layernorm.weight", new Shape(hiddenSize));
      shapes.put(prefix + "self_attn.q_proj.weight", new Shape(query, hiddenSize));
      shapes.put(prefix + "self_attn.k_proj.weight", new Shape(keyValue, hiddenSize));
      shapes.put(prefix + "self_attn.v_proj.weight", new Shape(keyValue, hiddenSize));
      shapes.put(prefix + "self_attn.o_proj.weight", new Shape(hiddenSize, query));
      shapes.put(prefix + "post_attention_layernorm.weight", new Shape(hiddenSize));
      shapes.put(prefix + "mlp.gate_proj.weight", new Shape(intermediateSize, hiddenSize));
      shapes.put(prefix + "mlp.up_proj.weight", new Shape(intermediateSize, hiddenSize));
      shapes.put(prefix + "mlp.down_proj.weight", new Shape(hiddenSize, intermediateSize));
    }
    shapes.put(Llama.NORM, new Shape(hiddenSize));
    if (!tied) {
      shapes.put(Llama.OUTPUT, new Shape(vocabulary, hiddenSize));
    }
    return shapes;
  }
}
