package dev.clp.runtime.model.decoder;

import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFamily;
import dev.clp.runtime.model.decoder.DecoderBuilder.Sizes;
import java.util.Set;

/**
 * GPT-2 (Radford et al., 2019): learned positions, norms that subtract the mean, and matrices that
 * are stored as [in, out].
 */
public final class Gpt2Family implements ModelFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("gpt2");
  }

  @Override
  public DecoderConfig read(ConfigJson config) {
    Fields fields = new Fields(config, "GPT2LMHeadModel");
    fields.refuse("add_cross_attention", "layers that attend to an encoder");
    int hiddenSize = fields.positive("n_embd", 768);
    int heads = fields.positive("n_head", 12);
    if (hiddenSize % heads != 0) {
      throw fields.error("n_embd = " + hiddenSize + " is not a multiple of n_head = " + heads);
    }
    DecoderBuilder builder =
        new DecoderBuilder(
            fields,
            "GPT2",
            "transformer.h.%d.",
            new Sizes(
                fields.positive("vocab_size", 50257),
                hiddenSize,
                fields.positive("n_inner", 4 * hiddenSize),
                fields.positive("n_layer", 12),
                heads,
                heads,
                hiddenSize / heads,
                fields.positive("n_positions", 1024)));
    builder.centred = true;
    builder.epsilon = fields.number("layer_norm_epsilon", 1e-5);
    builder.activation = fields.activation("activation_function", "gelu_new");
    builder.tied = fields.flag("tie_word_embeddings", true);
    builder.scaledByLayer = fields.flag("scale_attn_by_inverse_layer_idx", false);
    if (!fields.flag("scale_attn_weights", true)) {
      builder.scale = 1;
    }
    builder.transposed = true;
    builder.name(Part.EMBEDDING, "transformer.wte", false);
    builder.name(Part.POSITIONS, "transformer.wpe", false);
    builder.name(Part.ATTENTION_NORM, "ln_1", true);
    builder.name(Part.QKV, "attn.c_attn", true);
    builder.name(Part.OUT, "attn.c_proj", true);
    builder.name(Part.MLP_NORM, "ln_2", true);
    builder.name(Part.UP, "mlp.c_fc", true);
    builder.name(Part.DOWN, "mlp.c_proj", true);
    builder.name(Part.NORM, "transformer.ln_f", true);
    builder.name(Part.OUTPUT, "lm_head", false);
    return builder.build();
  }
}
