package dev.clp.runtime.model.decoder;

import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFamily;
import dev.clp.runtime.model.decoder.DecoderBuilder.Sizes;
import java.util.Collections;
import java.util.OptionalInt;
import java.util.Set;

/**
 * StarCoder2 (Lozhkov et al., 2024): norms that subtract the mean, biases everywhere, a
 * feed-forward block without a gate, and a window.
 */
public final class Starcoder2Family implements ModelFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("starcoder2");
  }

  @Override
  public DecoderConfig read(ConfigJson config) {
    Fields fields = new Fields(config, "Starcoder2ForCausalLM");
    DecoderBuilder builder =
        DecoderBuilder.of(
            fields,
            "Starcoder2",
            "model.layers.%d.",
            new Sizes(49152, 3072, 12288, 30, 24, 2, 0, 4096));
    builder.centred = true;
    builder.epsilon = fields.number("norm_epsilon", 1e-5);
    builder.activation = fields.activation("hidden_act", "gelu_pytorch_tanh");
    builder.tied = fields.flag("tie_word_embeddings", true);
    builder.window = fields.optionalPositive("sliding_window", OptionalInt.empty()).orElse(0);
    builder.windowed = Collections.nCopies(builder.layers, true);
    builder.rotate("rope_theta", 1e4, "partial_rotary_factor", 1);
    boolean bias = fields.flag("use_bias", true);
    builder.name(Part.EMBEDDING, "model.embed_tokens", false);
    builder.name(Part.ATTENTION_NORM, "input_layernorm", true);
    builder.name(Part.QUERY, "self_attn.q_proj", bias);
    builder.name(Part.KEY, "self_attn.k_proj", bias);
    builder.name(Part.VALUE, "self_attn.v_proj", bias);
    builder.name(Part.OUT, "self_attn.o_proj", bias);
    builder.name(Part.MLP_NORM, "post_attention_layernorm", true);
    builder.name(Part.UP, "mlp.c_fc", bias);
    builder.name(Part.DOWN, "mlp.c_proj", bias);
    builder.name(Part.NORM, "model.norm", true);
    builder.name(Part.OUTPUT, "lm_head", false);
    return builder.build();
  }
}
