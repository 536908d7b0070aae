package dev.clp.runtime.model.encoder;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import dev.clp.runtime.model.ConfigJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * DeBERTa, versions 2 and 3 (He et al., 2021, 2023): attention between contents, between a content
 * and a relative position, and between a relative position and a content.
 */
final class DebertaFamily {

  private static final List<String> LAYER =
      List.of(
          "attention.self.query_proj",
          "attention.self.key_proj",
          "attention.self.value_proj",
          "attention.output.dense",
          "attention.output.LayerNorm",
          "intermediate.dense",
          "output.dense",
          "output.LayerNorm");

  private final ConfigJson config;
  private final int vocabulary;
  private final int hidden;
  private final int embeddingSize;
  private final int layers;
  private final int heads;
  private final int positions;
  private final int types;
  private final int kernel;
  private final int groups;
  private final boolean positioned;
  private final boolean relative;
  private final boolean normed;
  private final boolean shared;
  private final Set<String> terms;

  private DebertaFamily(ConfigJson config) {
    this.config = config;
    this.vocabulary = config.positive("vocab_size", 128100);
    this.hidden = config.positive("hidden_size", 1536);
    this.embeddingSize = config.positive("embedding_size", hidden);
    this.layers = config.positive("num_hidden_layers", 24);
    this.heads = config.positive("num_attention_heads", 24);
    this.positions = config.positive("max_position_embeddings", 512);
    this.types = config.field("type_vocab_size").asInt(0);
    this.kernel = config.field("conv_kernel_size").asInt(0);
    this.groups = config.positive("conv_groups", 1);
    this.positioned = !config.has("position_biased_input") || config.flag("position_biased_input");
    this.relative = config.flag("relative_attention");
    this.normed = words(config.field("norm_rel_ebd")).contains("layer_norm");
    this.shared = config.flag("share_att_key");
    this.terms = relative ? words(config.field("pos_att_type")) : Set.of();
  }

  static EncoderConfig read(ConfigJson config) {
    return new DebertaFamily(config).read();
  }

  private EncoderConfig read() {
    requireSupported();
    return new EncoderConfig(
        config,
        "DebertaV2",
        vocabulary,
        hidden,
        positions,
        types > 1,
        "deberta.",
        shapes(),
        List.of("pooler.dense", "classifier"),
        new EncoderProgram("deberta.py", constants(), relative ? buckets() : List.of()));
  }

  private void requireSupported() {
    if (hidden % heads != 0
        || config.positive("attention_head_size", hidden / heads) != hidden / heads) {
      throw config.error(
          "hidden_size is " + hidden + ", which is not divided evenly among " + heads + " heads");
    }
    if (config.positive("pooler_hidden_size", hidden) != hidden) {
      throw config.error("pooler_hidden_size differs from hidden_size, which is not supported");
    }
    if (kernel > 0 && kernel % 2 == 0) {
      throw config.error("conv_kernel_size is " + kernel + ", but must be odd");
    }
    Set<String> unknown = new TreeSet<>(terms);
    unknown.removeAll(Set.of("c2p", "p2c"));
    if (!unknown.isEmpty()) {
      throw config.error(
          "pos_att_type names " + unknown + ", but the terms that are supported are c2p and p2c");
    }
  }

  private Map<String, String> constants() {
    // The three terms have unit variance each, so their sum is divided by the root of their number.
    double scale = Math.sqrt((double) hidden / heads * (1 + terms.size()));
    Map<String, String> constants = new TreeMap<>();
    constants.put("ACTIVATION", Activation.read(config, "hidden_act", "gelu"));
    constants.put("HEAD_FUNCTION", Activation.read(config, "pooler_hidden_act", "gelu"));
    constants.put("CONVOLUTION_FUNCTION", Activation.read(config, "conv_act", "tanh"));
    constants.put("HEADS", Integer.toString(heads));
    constants.put("LAYERS", Integer.toString(layers));
    constants.put("EPSILON", Double.toString(config.number("layer_norm_eps", 1e-7)));
    constants.put("SCALE", Double.toString(scale));
    constants.put("KERNEL", Integer.toString(Math.max(1, kernel)));
    constants.put("GROUPS", Integer.toString(groups));
    constants.put("POSITIONED", EncoderProgram.flag(positioned));
    constants.put("TYPED", EncoderProgram.flag(types > 0));
    constants.put("PROJECTED", EncoderProgram.flag(embeddingSize != hidden));
    constants.put("RELATIVE", EncoderProgram.flag(relative));
    constants.put("NORMED", EncoderProgram.flag(normed));
    constants.put("CONVOLVED", EncoderProgram.flag(kernel > 0));
    constants.put("SHARED", EncoderProgram.flag(shared));
    constants.put("C2P", EncoderProgram.flag(terms.contains("c2p")));
    constants.put("P2C", EncoderProgram.flag(terms.contains("p2c")));
    return constants;
  }

  private Map<String, Shape> shapes() {
    Shapes shapes = new Shapes("deberta.");
    shapes.add("embeddings.word_embeddings.weight", vocabulary, embeddingSize);
    if (positioned) {
      shapes.add("embeddings.position_embeddings.weight", positions, embeddingSize);
    }
    if (types > 0) {
      shapes.add("embeddings.token_type_embeddings.weight", types, embeddingSize);
    }
    if (embeddingSize != hidden) {
      shapes.add("embeddings.embed_proj.weight", hidden, embeddingSize);
    }
    shapes.norm("embeddings.LayerNorm", hidden);
    if (relative) {
      shapes.add("encoder.rel_embeddings.weight", 2L * span(), hidden);
      if (normed) {
        shapes.norm("encoder.LayerNorm", hidden);
      }
    }
    if (kernel > 0) {
      shapes.add("encoder.conv.conv.weight", hidden, hidden / groups, kernel);
      shapes.add("encoder.conv.conv.bias", hidden);
      shapes.norm("encoder.conv.LayerNorm", hidden);
    }
    int intermediate = config.positive("intermediate_size", 6144);
    for (int layer = 0; layer < layers; layer++) {
      String name = "encoder.layer." + layer + ".";
      shapes.layer(name, LAYER, hidden, intermediate);
      if (!shared && terms.contains("c2p")) {
        shapes.linear(name + "attention.self.pos_key_proj", hidden, hidden);
      }
      if (!shared && terms.contains("p2c")) {
        shapes.linear(name + "attention.self.pos_query_proj", hidden, hidden);
      }
    }
    return shapes.all();
  }

  private int farthest() {
    int stated = config.field("max_relative_positions").asInt(-1);
    return stated < 1 ? positions : stated;
  }

  private int bucketCount() {
    return config.field("position_buckets").asInt(-1);
  }

  /** Returns half the number of rows of the table of relative positions. */
  private int span() {
    return bucketCount() > 0 ? bucketCount() : farthest();
  }

  /** Returns the row of every distance from a key to a query, in 32 bits as transformers has it. */
  private List<Integer> buckets() {
    List<Integer> buckets = new ArrayList<>();
    for (int distance = 1 - positions; distance < positions; distance++) {
      int bucket = bucketCount() > 0 ? logarithmic(distance) : distance;
      buckets.add(Math.max(0, Math.min(2 * span() - 1, bucket + span())));
    }
    return buckets;
  }

  /** Returns a distance, of which those beyond half the buckets grow like a power. */
  private int logarithmic(int distance) {
    int exact = bucketCount() / 2;
    int apart = Math.abs(distance);
    if (apart <= exact) {
      return distance;
    }
    float part = (float) Math.log((float) apart / exact);
    float whole = (float) Math.log((float) (farthest() - 1) / exact);
    return Integer.signum(distance) * (exact + (int) Math.ceil(part / whole * (exact - 1)));
  }

  /** Returns the words of a list, or of a text that joins them with bars. */
  private static Set<String> words(JsonNode node) {
    Set<String> words = new TreeSet<>();
    if (node.isArray()) {
      node.forEach(word -> words.add(word.asText().toLowerCase(Locale.ROOT)));
    } else if (node.isTextual()) {
      words.addAll(Arrays.asList(node.asText().toLowerCase(Locale.ROOT).split("\\|", -1)));
    }
    words.removeIf(word -> word.isBlank() || word.equals("none"));
    return words;
  }
}
