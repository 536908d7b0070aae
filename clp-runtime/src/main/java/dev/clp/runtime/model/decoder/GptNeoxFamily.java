package dev.clp.runtime.model.decoder;

import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFamily;
import dev.clp.runtime.model.decoder.DecoderBuilder.Sizes;
import java.util.Set;

/**
 * GPT-NeoX (Black et al., 2022) and Pythia: attention and feed-forward block read the same input
 * through norms of their own, and one projection holds query, key and value head by head.
 */
public final class GptNeoxFamily implements ModelFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("gpt_neox");
  }

  @Override
  public DecoderConfig read(ConfigJson config) {
    Fields fields = new Fields(config, "GPTNeoXForCausalLM");
    DecoderBuilder builder =
        DecoderBuilder.of(
            fields,
            "GPTNeoX",
            "gpt_neox.layers.%d.",
            new Sizes(50432, 6144, 24576, 44, 64, 0, 0, 2048));
    builder.centred = true;
    builder.epsilon = fields.number("layer_norm_eps", 1e-5);
    builder.activation = fields.activation("hidden_act", "gelu");
    builder.tied = fields.flag("tie_word_embeddings", false);
    builder.parallel = fields.flag("use_parallel_residual", true);
    builder.interleaved = true;
    builder.rotate("rotary_emb_base", 1e4, "rotary_pct", 0.25);
    boolean bias = fields.flag("attention_bias", true);
    builder.name(Part.EMBEDDING, "gpt_neox.embed_in", false);
    builder.name(Part.ATTENTION_NORM, "input_layernorm", true);
    builder.name(Part.QKV, "attention.query_key_value", bias);
    builder.name(Part.OUT, "attention.dense", bias);
    builder.name(Part.MLP_NORM, "post_attention_layernorm", true);
    builder.name(Part.UP, "mlp.dense_h_to_4h", true);
    builder.name(Part.DOWN, "mlp.dense_4h_to_h", true);
    builder.name(Part.NORM, "gpt_neox.final_layer_norm", true);
    builder.name(Part.OUTPUT, "embed_out", false);
    return builder.build();
  }
}
