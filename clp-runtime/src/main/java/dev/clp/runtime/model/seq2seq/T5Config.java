package dev.clp.runtime.model.seq2seq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.ParameterGroup;
import dev.clp.runtime.model.CheckpointNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shape of a T5 (Raffel et al., 2020): pre-normalised blocks without biases, attention without
 * a scale, relative positions whose table in the first block of a stack serves all of its blocks.
 *
 * @param vocabulary the number of tokens
 * @param hiddenSize the size of hidden states
 * @param headWidth the size of one head
 * @param intermediateSize the size of the feed-forward block's inner layer
 * @param encoderLayers the number of the encoder's blocks
 * @param decoderLayers the number of the decoder's blocks
 * @param heads the number of heads in each attention
 * @param buckets the number of relative positions that have a bias of their own
 * @param maxDistance the distance in tokens from which on all share one bucket
 * @param maxPositions the longest prompt and the longest response in tokens; nothing in the
 *     architecture limits them
 * @param epsilon added to the mean square in every normalisation
 * @param activation the feed-forward block's function
 * @param gated whether a second inner layer multiplies the function's values, as in T5 1.1
 * @param startToken the token that responses are predicted behind
 * @param scaled whether the decoder's states are divided by the root of their size in front of the
 *     output layer, as in T5 1.0
 * @param tied whether the output layer is the embedding
 */
public record T5Config(
    int vocabulary,
    int hiddenSize,
    int headWidth,
    int intermediateSize,
    int encoderLayers,
    int decoderLayers,
    int heads,
    int buckets,
    int maxDistance,
    int maxPositions,
    double epsilon,
    Activation activation,
    boolean gated,
    long startToken,
    boolean scaled,
    boolean tied)
    implements Seq2SeqArchitecture {

  static final String EMBEDDING = "shared.weight";
  static final String OUTPUT = "lm_head.weight";
  private static final String RELATIVE =
      "block.0.layer.0.SelfAttention.relative_attention_bias.weight";
  private static final String FINAL_NORM = "final_layer_norm.weight";

  @Override
  public String className() {
    return "T5";
  }

  @Override
  public String embedding() {
    return EMBEDDING;
  }

  @Override
  public String outputLayer() {
    return OUTPUT;
  }

  @Override
  public T5Config withTied(boolean isTied) {
    return with(maxPositions, isTied);
  }

  @Override
  public T5Config withMaxPositions(int longest) {
    return with(longest, tied);
  }

  private T5Config with(int longest, boolean isTied) {
    return new T5Config(
        vocabulary,
        hiddenSize,
        headWidth,
        intermediateSize,
        encoderLayers,
        decoderLayers,
        heads,
        buckets,
        maxDistance,
        longest,
        epsilon,
        activation,
        gated,
        startToken,
        scaled,
        isTied);
  }

  @Override
  public ParameterGroup group(String name) {
    if (name.equals(OUTPUT)) {
      return ParameterGroup.OUTPUT;
    } else if (name.equals(EMBEDDING) || name.endsWith(RELATIVE)) {
      return ParameterGroup.EMBEDDING;
    } else if (name.endsWith("layer_norm.weight")) {
      return ParameterGroup.NORM;
    }
    return name.contains("Attention.") ? ParameterGroup.ATTENTION : ParameterGroup.MLP;
  }

  @Override
  public boolean isBuffer(String name) {
    // Checkpoints of the first T5 hold this table, which nothing has ever read.
    return name.equals("decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight");
  }

  @Override
  public CheckpointNames checkpointNames() {
    return new CheckpointNames(
        "",
        Map.of("encoder.embed_tokens.weight", EMBEDDING, "decoder.embed_tokens.weight", EMBEDDING),
        this::isBuffer);
  }

  /**
   * {@inheritDoc}
   *
   * <p>As transformers draws them, so that attention without a scale begins with scores of about
   * one; an output layer of its own like a projection, so that the first logits are small.
   */
  @Override
  public Initial initial(String name) {
    double variance;
    if (group(name) == ParameterGroup.NORM) {
      return Initial.one();
    } else if (name.equals(EMBEDDING)) {
      variance = 1;
    } else if (name.endsWith("Attention.q.weight")) {
      variance = 1.0 / ((double) hiddenSize * headWidth);
    } else if (name.endsWith("Attention.o.weight")) {
      variance = 1.0 / ((double) heads * headWidth);
    } else if (name.endsWith(".wo.weight")) {
      variance = 1.0 / intermediateSize;
    } else {
      variance = 1.0 / hiddenSize;
    }
    return new Initial(0, Math.sqrt(variance));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Versions of transformers agree on two kinds of T5 alone: scaled states in front of the
   * embedding, and states as they are in front of an output layer of its own. So the factor goes
   * into such a layer, and the embedding is written as such a layer where states are not scaled.
   */
  @Override
  public Map<String, NDArray> stored(Map<String, NDArray> arrays) {
    if (tied == scaled) {
      return arrays;
    }
    Map<String, NDArray> written = new LinkedHashMap<>(arrays);
    written.put(
        OUTPUT, tied ? arrays.get(EMBEDDING) : arrays.get(OUTPUT).mul((float) outputScale()));
    return written;
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("architectures").add("T5ForConditionalGeneration");
    json.put("model_type", "t5");
    json.put("is_encoder_decoder", true);
    json.put("vocab_size", vocabulary);
    json.put("d_model", hiddenSize);
    json.put("d_kv", headWidth);
    json.put("d_ff", intermediateSize);
    json.put("num_layers", encoderLayers);
    json.put("num_decoder_layers", decoderLayers);
    json.put("num_heads", heads);
    json.put("relative_attention_num_buckets", buckets);
    json.put("relative_attention_max_distance", maxDistance);
    json.put("n_positions", maxPositions);
    json.put("layer_norm_epsilon", epsilon);
    json.put("feed_forward_proj", feedForward());
    json.put("decoder_start_token_id", startToken);
    // Older versions of transformers scale where the output is tied; newer ones say so apart.
    json.put("tie_word_embeddings", tied && scaled);
    json.put("scale_decoder_outputs", tied && scaled);
    return json;
  }

  private String feedForward() {
    if (!gated) {
      return activation.label();
    }
    // transformers calls the approximation by the function's name here.
    return "gated-" + (activation == Activation.GELU_NEW ? "gelu" : activation.label());
  }

  @Override
  public Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(EMBEDDING, new Shape(vocabulary, hiddenSize));
    stack(shapes, "encoder.", encoderLayers, List.of("SelfAttention"));
    stack(shapes, "decoder.", decoderLayers, List.of("SelfAttention", "EncDecAttention"));
    if (!tied) {
      shapes.put(OUTPUT, new Shape(vocabulary, hiddenSize));
    }
    return shapes;
  }

  private void stack(Map<String, Shape> shapes, String stack, int layers, List<String> attention) {
    long inner = (long) heads * headWidth;
    for (int block = 0; block < layers; block++) {
      for (int layer = 0; layer < attention.size(); layer++) {
        String at = at(stack, block, layer) + attention.get(layer) + ".";
        for (String name : new String[] {"q", "k", "v"}) {
          shapes.put(at + name + ".weight", new Shape(inner, hiddenSize));
        }
        shapes.put(at + "o.weight", new Shape(hiddenSize, inner));
        if (block == 0 && layer == 0) {
          shapes.put(stack + RELATIVE, new Shape(buckets, heads));
        }
        shapes.put(at(stack, block, layer) + "layer_norm.weight", new Shape(hiddenSize));
      }
      String at = at(stack, block, attention.size());
      for (String name : gated ? List.of("wi_0", "wi_1") : List.of("wi")) {
        shapes.put(
            at + "DenseReluDense." + name + ".weight", new Shape(intermediateSize, hiddenSize));
      }
      shapes.put(at + "DenseReluDense.wo.weight", new Shape(hiddenSize, intermediateSize));
      shapes.put(at + "layer_norm.weight", new Shape(hiddenSize));
    }
    shapes.put(stack + FINAL_NORM, new Shape(hiddenSize));
  }

  private static String at(String stack, int block, int layer) {
    return stack + "block." + block + ".layer." + layer + ".";
  }

  @Override
  public List<String> order() {
    List<String> order = new ArrayList<>(List.of(EMBEDDING, OUTPUT, NONE));
    for (String stack : new String[] {"encoder.", "decoder."}) {
      order.addAll(List.of(NONE, NONE, NONE, stack + FINAL_NORM, stack + RELATIVE));
    }
    for (int block = 0; block < encoderLayers; block++) {
      attention(order, at("encoder.", block, 0), "SelfAttention.");
      feedForward(order, at("encoder.", block, 1));
    }
    for (int block = 0; block < decoderLayers; block++) {
      attention(order, at("decoder.", block, 0), "SelfAttention.");
      attention(order, at("decoder.", block, 1), "EncDecAttention.");
      feedForward(order, at("decoder.", block, 2));
    }
    return order;
  }

  private static void attention(List<String> order, String at, String attention) {
    order.addAll(List.of(at + "layer_norm.weight", NONE));
    for (String name : new String[] {"q", "k", "v", "o"}) {
      order.addAll(List.of(at + attention + name + ".weight", NONE));
    }
  }

  private void feedForward(List<String> order, String at) {
    String inner = at + "DenseReluDense.";
    order.addAll(List.of(at + "layer_norm.weight", NONE));
    order.addAll(List.of(inner + (gated ? "wi_0.weight" : "wi.weight"), NONE));
    order.add(gated ? inner + "wi_1.weight" : NONE);
    order.addAll(List.of(inner + "wo.weight", NONE));
  }

  @Override
  public Map<String, String> constants() {
    Map<String, String> constants = new LinkedHashMap<>();
    constants.put("ENCODER_LAYERS", Integer.toString(encoderLayers));
    constants.put("DECODER_LAYERS", Integer.toString(decoderLayers));
    constants.put("ENCODER_HEADS", Integer.toString(heads));
    constants.put("DECODER_HEADS", Integer.toString(heads));
    constants.put("PRE_NORM", "True");
    constants.put("GATED", gated ? "True" : "False");
    constants.put("ACTIVATION", activation.function());
    constants.put("EPSILON", Double.toString(epsilon));
    constants.put("SCORE_SCALE", "1.0");
    constants.put("EMBEDDING_SCALE", "1.0");
    constants.put("OUTPUT_SCALE", Double.toString(scaled ? outputScale() : 1));
    constants.put("MAX_DISTANCE", Integer.toString(maxDistance));
    constants.put("POSITION_OFFSET", "0");
    return constants;
  }

  private double outputScale() {
    return 1 / Math.sqrt(hiddenSize);
  }

  @Override
  public String remedyForLength() {
    return "T5 itself has no longest sequence, so raise n_positions in its config.json to try more";
  }
}
