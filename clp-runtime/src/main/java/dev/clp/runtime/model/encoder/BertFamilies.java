package dev.clp.runtime.model.encoder;

import ai.djl.ndarray.types.Shape;
import dev.clp.runtime.model.ConfigJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The encoders that resemble BERT (Devlin et al., 2019) and differ in names, positions and heads.
 */
final class BertFamilies {

  private static final List<String> BERT_LAYER =
      List.of(
          "attention.self.query",
          "attention.self.key",
          "attention.self.value",
          "attention.output.dense",
          "attention.output.LayerNorm",
          "intermediate.dense",
          "output.dense",
          "output.LayerNorm");

  private static final List<String> DISTILBERT_LAYER =
      List.of(
          "attention.q_lin",
          "attention.k_lin",
          "attention.v_lin",
          "attention.out_lin",
          "sa_layer_norm",
          "ffn.lin1",
          "ffn.lin2",
          "output_layer_norm");

  private static final List<String> MPNET_LAYER =
      List.of(
          "attention.attn.q",
          "attention.attn.k",
          "attention.attn.v",
          "attention.attn.o",
          "attention.LayerNorm",
          "intermediate.dense",
          "output.dense",
          "output.LayerNorm");

  /** What BERT and its kin take for {@code layer_norm_eps} where it is not stated. */
  private static final double EPSILON = 1e-12;

  private static final int MPNET_MAX_DISTANCE = 128;

  private BertFamilies() {}

  /**
   * What the families differ in.
   *
   * @param className what transformers' classes begin with, whose lower case is the names' prefix
   * @param layers what stands before the number of a block
   * @param layer the names of a block's parts, as {@link Shapes#layer} takes them
   * @param types the number of token types, 0 if there is no table of them
   * @param buckets the number of relative positions, 0 if there are none
   * @param firstPosition the row of the first token in the table of positions
   * @param head the names of the head's projections
   * @param headActivation the function between them, as an expression in x
   */
  private record Variant(
      String className,
      String layers,
      List<String> layer,
      int types,
      int buckets,
      int firstPosition,
      List<String> head,
      String headActivation) {}

  /** The sizes that every family states, each in its own words. */
  private record Sizes(
      int vocabulary, int hidden, int intermediate, int layers, int heads, int positions) {}

  static EncoderConfig bert(ConfigJson config) {
    requireAbsolute(config);
    return config(
        config,
        new Variant(
            "Bert",
            "encoder.layer.",
            BERT_LAYER,
            config.positive("type_vocab_size", 2),
            0,
            0,
            List.of("bert.pooler.dense", "classifier"),
            "torch.tanh(x)"),
        sizes(config, 30522),
        Activation.read(config, "hidden_act", "gelu"),
        config.number("layer_norm_eps", EPSILON));
  }

  static EncoderConfig roberta(ConfigJson config) {
    requireAbsolute(config);
    return config(
        config,
        new Variant(
            "Roberta",
            "encoder.layer.",
            BERT_LAYER,
            config.positive("type_vocab_size", 2),
            0,
            afterPadding(config),
            List.of("classifier.dense", "classifier.out_proj"),
            "torch.tanh(x)"),
        sizes(config, 50265),
        Activation.read(config, "hidden_act", "gelu"),
        config.number("layer_norm_eps", EPSILON));
  }

  static EncoderConfig distilBert(ConfigJson config) {
    return config(
        config,
        new Variant(
            "DistilBert",
            "transformer.layer.",
            DISTILBERT_LAYER,
            0,
            0,
            0,
            List.of("pre_classifier", "classifier"),
            "torch.relu(x)"),
        new Sizes(
            config.positive("vocab_size", 30522),
            config.positive("dim", 768),
            config.positive("hidden_dim", 3072),
            config.positive("n_layers", 6),
            config.positive("n_heads", 12),
            config.positive("max_position_embeddings", 512)),
        Activation.read(config, "activation", "gelu"),
        EPSILON);
  }

  static EncoderConfig mpnet(ConfigJson config) {
    return config(
        config,
        new Variant(
            "MPNet",
            "encoder.layer.",
            MPNET_LAYER,
            0,
            config.positive("relative_attention_num_buckets", 32),
            afterPadding(config),
            List.of("classifier.dense", "classifier.out_proj"),
            "torch.tanh(x)"),
        sizes(config, 30527),
        Activation.read(config, "hidden_act", "gelu"),
        config.number("layer_norm_eps", EPSILON));
  }

  private static Sizes sizes(ConfigJson config, int vocabulary) {
    return new Sizes(
        config.positive("vocab_size", vocabulary),
        config.positive("hidden_size", 768),
        config.positive("intermediate_size", 3072),
        config.positive("num_hidden_layers", 12),
        config.positive("num_attention_heads", 12),
        config.positive("max_position_embeddings", 512));
  }

  private static EncoderConfig config(
      ConfigJson source, Variant variant, Sizes sizes, String activation, double epsilon) {
    if (sizes.hidden() % sizes.heads() != 0) {
      throw source.error(
          "the hidden size "
              + sizes.hidden()
              + " is not a multiple of the "
              + sizes.heads()
              + " attention heads");
    }
    int longest = sizes.positions() - variant.firstPosition();
    if (longest < 1) {
      throw source.error(
          "max_position_embeddings is "
              + sizes.positions()
              + ", which leaves no position behind that of pad_token_id");
    }
    return new EncoderConfig(
        source,
        variant.className(),
        sizes.vocabulary(),
        sizes.hidden(),
        longest,
        variant.types() > 1,
        prefix(variant),
        shapes(variant, sizes),
        variant.head(),
        new EncoderProgram(
            "bert.py",
            Map.of(
                "ACTIVATION", activation,
                "HEAD_FUNCTION", variant.headActivation(),
                "HEADS", Integer.toString(sizes.heads()),
                "LAYERS", Integer.toString(sizes.layers()),
                "FIRST_POSITION", Integer.toString(variant.firstPosition()),
                "TYPED", EncoderProgram.flag(variant.types() > 0),
                "RELATIVE", EncoderProgram.flag(variant.buckets() > 0),
                "EPSILON", Double.toString(epsilon)),
            variant.buckets() > 0 ? buckets(variant.buckets(), longest) : List.of()));
  }

  private static String prefix(Variant variant) {
    return variant.className().toLowerCase(Locale.ROOT) + ".";
  }

  private static Map<String, Shape> shapes(Variant variant, Sizes sizes) {
    int hidden = sizes.hidden();
    Shapes shapes = new Shapes(prefix(variant));
    shapes.add("embeddings.word_embeddings.weight", sizes.vocabulary(), hidden);
    shapes.add("embeddings.position_embeddings.weight", sizes.positions(), hidden);
    if (variant.types() > 0) {
      shapes.add("embeddings.token_type_embeddings.weight", variant.types(), hidden);
    }
    shapes.norm("embeddings.LayerNorm", hidden);
    if (variant.buckets() > 0) {
      shapes.add("encoder.relative_attention_bias.weight", variant.buckets(), sizes.heads());
    }
    for (int layer = 0; layer < sizes.layers(); layer++) {
      shapes.layer(variant.layers() + layer + ".", variant.layer(), hidden, sizes.intermediate());
    }
    return shapes.all();
  }

  /** Returns the first row of positions where those up to the padding token's id are not used. */
  private static int afterPadding(ConfigJson config) {
    List<Long> padding = config.tokens("pad_token_id");
    return Math.toIntExact(padding.isEmpty() ? 1 : padding.get(0)) + 1;
  }

  private static void requireAbsolute(ConfigJson config) {
    String positions = config.field("position_embedding_type").asText("absolute");
    if (!positions.equals("absolute")) {
      throw config.error(
          "position_embedding_type is '"
              + positions
              + "', but only absolute positions are supported; use another checkpoint");
    }
  }

  /**
   * Returns the bucket of every distance from a query to a key, as T5 has them (Raffel et al.,
   * 2020): half for keys behind the query; of each half, one half for a distance each, and one for
   * distances that grow like a power.
   */
  private static List<Integer> buckets(int count, int positions) {
    int half = count / 2;
    int exact = half / 2;
    List<Integer> buckets = new ArrayList<>();
    for (int distance = 1 - positions; distance < positions; distance++) {
      int apart = Math.abs(distance);
      int bucket = apart;
      if (apart >= exact) {
        double part =
            Math.log((double) apart / exact) / Math.log((double) MPNET_MAX_DISTANCE / exact);
        bucket = Math.min(half - 1, exact + (int) (part * (half - exact)));
      }
      buckets.add(distance > 0 ? half + bucket : bucket);
    }
    return buckets;
  }
}
