package dev.clp.runtime.model.seq2seq;

import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFamily;
import java.util.List;
import java.util.Set;

/** Reads the {@code config.json} of BART, with transformers' defaults. */
public final class BartFamily implements ModelFamily {

  /** What relatives of BART do, which share its {@code model_type} in old configurations. */
  private static final List<String> UNKNOWN =
      List.of("normalize_before", "add_final_layer_norm", "static_position_embeddings");

  @Override
  public Set<String> modelTypes() {
    return Set.of("bart");
  }

  @Override
  public BartConfig read(ConfigJson config) {
    for (String field : UNKNOWN) {
      if (config.flag(field)) {
        throw config.error(
            field + " is true, as in relatives of BART that are unknown here; use a BART");
      }
    }
    int vocabulary = config.positive("vocab_size", 50265);
    int hiddenSize = config.positive("d_model", 1024);
    int encoderHeads = heads(config, "encoder_attention_heads", hiddenSize);
    int decoderHeads = heads(config, "decoder_attention_heads", hiddenSize);
    String activation = "activation_function";
    int positions = config.positive("max_position_embeddings", 1024);
    return new BartConfig(
        vocabulary,
        hiddenSize,
        new BartConfig.Stack(
            config.positive("encoder_layers", 12),
            encoderHeads,
            config.positive("encoder_ffn_dim", 4096)),
        new BartConfig.Stack(
            config.positive("decoder_layers", 12),
            decoderHeads,
            config.positive("decoder_ffn_dim", 4096)),
        positions,
        positions,
        Activation.read(
            config,
            activation,
            config.has(activation) ? config.field(activation).asText() : "gelu"),
        config.flag("scale_embedding"),
        StartToken.read(config, vocabulary, 2),
        StartToken.flag(config, "tie_word_embeddings", true));
  }

  private static int heads(ConfigJson config, String field, int hiddenSize) {
    int heads = config.positive(field, 16);
    if (hiddenSize % heads != 0) {
      throw config.error(
          "d_model = " + hiddenSize + " is not a multiple of " + field + " = " + heads);
    }
    return heads;
  }
}
