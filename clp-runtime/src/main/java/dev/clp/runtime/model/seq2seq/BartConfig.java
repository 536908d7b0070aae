package dev.clp.runtime.model.seq2seq;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.ParameterGroup;
import dev.clp.runtime.model.CheckpointNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The shape of a BART (Lewis et al., 2020): post-normalised blocks with biases, learned positions.
 *
 * @param vocabulary the number of tokens
 * @param hiddenSize the size of hidden states
 * @param encoder the encoder's blocks
 * @param decoder the decoder's blocks
 * @param positions the learned positions of each stack
 * @param maxPositions the longest prompt and the longest response in tokens, at most {@code
 *     positions}
 * @param activation the feed-forward block's function
 * @param scaledEmbedding whether embeddings are multiplied by the root of the hidden size
 * @param startToken the token that responses are predicted behind
 * @param tied whether the output layer is the embedding
 */
public record BartConfig(
    int vocabulary,
    int hiddenSize,
    Stack encoder,
    Stack decoder,
    int positions,
    int maxPositions,
    Activation activation,
    boolean scaledEmbedding,
    long startToken,
    boolean tied)
    implements Seq2SeqArchitecture {

  static final String EMBEDDING = "model.shared.weight";
  static final String OUTPUT = "lm_head.weight";
  static final String OUTPUT_BIAS = "final_logits_bias";

  /** BART's first two rows of positions stand for padding. */
  private static final int POSITION_OFFSET = 2;

  private static final List<String> SUFFIXES = List.of(".weight", ".bias");

  /**
   * One stack of blocks.
   *
   * @param layers the number of blocks
   * @param heads the number of heads of each attention; divides the hidden size
   * @param intermediateSize the size of the feed-forward block's inner layer
   */
  public record Stack(int layers, int heads, int intermediateSize) {}

  public BartConfig {
    if (maxPositions > positions) {
      throw new IllegalArgumentException(
          "a BART of " + positions + " learned positions cannot read " + maxPositions);
    }
  }

  @Override
  public String className() {
    return "Bart";
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
  public BartConfig withTied(boolean isTied) {
    return with(maxPositions, isTied);
  }

  @Override
  public BartConfig withMaxPositions(int longest) {
    return with(longest, tied);
  }

  private BartConfig with(int longest, boolean isTied) {
    return new BartConfig(
        vocabulary,
        hiddenSize,
        encoder,
        decoder,
        positions,
        longest,
        activation,
        scaledEmbedding,
        startToken,
        isTied);
  }

  @Override
  public ParameterGroup group(String name) {
    if (name.equals(OUTPUT) || name.equals(OUTPUT_BIAS)) {
      return ParameterGroup.OUTPUT;
    } else if (name.equals(EMBEDDING) || name.contains("embed_positions")) {
      return ParameterGroup.EMBEDDING;
    } else if (name.contains("norm")) {
      return ParameterGroup.NORM;
    }
    return name.contains("_attn.") ? ParameterGroup.ATTENTION : ParameterGroup.MLP;
  }

  /** {@inheritDoc} The bias of the logits belongs to the output. */
  @Override
  public Set<String> names(ParameterGroup group) {
    if (group != ParameterGroup.OUTPUT) {
      return Seq2SeqArchitecture.super.names(group);
    }
    return new LinkedHashSet<>(List.of(OUTPUT, OUTPUT_BIAS));
  }

  /** {@inheritDoc} Models that were saved without their output layer have no bias of it. */
  @Override
  public Set<String> zeroIfAbsent() {
    return Set.of(OUTPUT_BIAS);
  }

  @Override
  public boolean isBuffer(String name) {
    // Checkpoints that came from fairseq hold its version.
    return name.endsWith("coder.version");
  }

  @Override
  public CheckpointNames checkpointNames() {
    return new CheckpointNames(
        "model.",
        Map.of(
            "model.encoder.embed_tokens.weight",
            EMBEDDING,
            "model.decoder.embed_tokens.weight",
            EMBEDDING),
        this::isBuffer);
  }

  @Override
  public Initial initial(String name) {
    if (name.endsWith("bias")) {
      return new Initial(0, 0);
    }
    return group(name) == ParameterGroup.NORM ? Initial.one() : Initial.projection();
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("architectures").add("BartForConditionalGeneration");
    json.put("model_type", "bart");
    json.put("is_encoder_decoder", true);
    json.put("vocab_size", vocabulary);
    json.put("d_model", hiddenSize);
    json.put("encoder_layers", encoder.layers());
    json.put("encoder_attention_heads", encoder.heads());
    json.put("encoder_ffn_dim", encoder.intermediateSize());
    json.put("decoder_layers", decoder.layers());
    json.put("decoder_attention_heads", decoder.heads());
    json.put("decoder_ffn_dim", decoder.intermediateSize());
    json.put("max_position_embeddings", positions);
    json.put("activation_function", activation.label());
    json.put("scale_embedding", scaledEmbedding);
    json.put("decoder_start_token_id", startToken);
    json.put("tie_word_embeddings", tied);
    return json;
  }

  @Override
  public Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(EMBEDDING, new Shape(vocabulary, hiddenSize));
    stack(shapes, "model.encoder.", encoder, List.of("self_attn"));
    stack(shapes, "model.decoder.", decoder, List.of("self_attn", "encoder_attn"));
    if (!tied) {
      shapes.put(OUTPUT, new Shape(vocabulary, hiddenSize));
    }
    shapes.put(OUTPUT_BIAS, new Shape(1, vocabulary));
    return shapes;
  }

  private void stack(Map<String, Shape> shapes, String at, Stack stack, List<String> attention) {
    shapes.put(at + "embed_positions.weight", new Shape(positions + POSITION_OFFSET, hiddenSize));
    norm(shapes, at + "layernorm_embedding");
    for (int layer = 0; layer < stack.layers(); layer++) {
      String block = at + "layers." + layer + ".";
      for (String name : attention) {
        for (String projection : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
          linear(shapes, block + name + "." + projection, hiddenSize, hiddenSize);
        }
        norm(shapes, block + name + "_layer_norm");
      }
      linear(shapes, block + "fc1", stack.intermediateSize(), hiddenSize);
      linear(shapes, block + "fc2", hiddenSize, stack.intermediateSize());
      norm(shapes, block + "final_layer_norm");
    }
  }

  private static void linear(Map<String, Shape> shapes, String name, long rows, long columns) {
    shapes.put(name + ".weight", new Shape(rows, columns));
    shapes.put(name + ".bias", new Shape(rows));
  }

  private void norm(Map<String, Shape> shapes, String name) {
    SUFFIXES.forEach(suffix -> shapes.put(name + suffix, new Shape(hiddenSize)));
  }

  @Override
  public List<String> order() {
    List<String> order = new ArrayList<>(List.of(EMBEDDING, OUTPUT, OUTPUT_BIAS));
    for (String stack : new String[] {"model.encoder.", "model.decoder."}) {
      order.add(stack + "embed_positions.weight");
      both(order, stack + "layernorm_embedding");
      order.addAll(List.of(NONE, NONE));
    }
    blocks(order, "model.encoder.", encoder, List.of("self_attn"));
    blocks(order, "model.decoder.", decoder, List.of("self_attn", "encoder_attn"));
    return order;
  }

  private static void blocks(List<String> order, String at, Stack stack, List<String> attention) {
    for (int layer = 0; layer < stack.layers(); layer++) {
      String block = at + "layers." + layer + ".";
      for (String name : attention) {
        both(order, block + name + "_layer_norm");
        for (String projection : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
          both(order, block + name + "." + projection);
        }
      }
      both(order, block + "final_layer_norm");
      both(order, block + "fc1");
      order.add(NONE);
      both(order, block + "fc2");
    }
  }

  private static void both(List<String> order, String name) {
    SUFFIXES.forEach(suffix -> order.add(name + suffix));
  }

  @Override
  public Map<String, String> constants() {
    Map<String, String> constants = new LinkedHashMap<>();
    constants.put("ENCODER_LAYERS", Integer.toString(encoder.layers()));
    constants.put("DECODER_LAYERS", Integer.toString(decoder.layers()));
    constants.put("ENCODER_HEADS", Integer.toString(encoder.heads()));
    constants.put("DECODER_HEADS", Integer.toString(decoder.heads()));
    constants.put("PRE_NORM", "False");
    constants.put("GATED", "False");
    constants.put("ACTIVATION", activation.function());
    constants.put("EPSILON", "1e-05");
    constants.put("SCORE_SCALE", "None");
    constants.put("EMBEDDING_SCALE", Double.toString(scaledEmbedding ? Math.sqrt(hiddenSize) : 1));
    constants.put("OUTPUT_SCALE", "1.0");
    constants.put("MAX_DISTANCE", "1");
    constants.put("POSITION_OFFSET", Integer.toString(POSITION_OFFSET));
    return constants;
  }

  @Override
  public String remedyForLength() {
    return "BART learned no more positions than max_position_embeddings in its config.json";
  }
}
