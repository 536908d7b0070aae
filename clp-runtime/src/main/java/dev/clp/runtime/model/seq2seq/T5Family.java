package dev.clp.runtime.model.seq2seq;

import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFamily;
import java.util.Set;

/** Reads the {@code config.json} of T5, T5 1.1 and Flan-T5, with transformers' defaults. */
public final class T5Family implements ModelFamily {

  private static final String FEED_FORWARD = "feed_forward_proj";
  private static final String GATED = "gated-";

  @Override
  public Set<String> modelTypes() {
    return Set.of("t5");
  }

  @Override
  public T5Config read(ConfigJson config) {
    int vocabulary = config.positive("vocab_size", 32128);
    int layers = config.positive("num_layers", 6);
    int buckets = config.positive("relative_attention_num_buckets", 32);
    int maxDistance = config.positive("relative_attention_max_distance", 128);
    if (buckets < 4 || buckets % 2 != 0 || maxDistance <= buckets / 2) {
      throw config.error(
          "relative_attention_num_buckets = "
              + buckets
              + " must be even and at least 4, and relative_attention_max_distance = "
              + maxDistance
              + " more than half of it");
    }
    String feedForward = config.has(FEED_FORWARD) ? config.field(FEED_FORWARD).asText() : "relu";
    boolean gated = feedForward.startsWith(GATED);
    String function = gated ? feedForward.substring(GATED.length()) : feedForward;
    boolean tied = StartToken.flag(config, "tie_word_embeddings", true);
    return new T5Config(
        vocabulary,
        config.positive("d_model", 512),
        config.positive("d_kv", 64),
        config.positive("d_ff", 2048),
        layers,
        config.positive("num_decoder_layers", layers),
        config.positive("num_heads", 8),
        buckets,
        maxDistance,
        // The length of T5's own training; its config.json of old states it, too.
        config.positive("n_positions", 512),
        config.number("layer_norm_epsilon", 1e-6),
        Activation.read(
            config, FEED_FORWARD, gated && function.equals("gelu") ? "gelu_new" : function),
        gated,
        StartToken.read(config, vocabulary, 0),
        StartToken.flag(config, "scale_decoder_outputs", tied),
        tied);
  }
}
