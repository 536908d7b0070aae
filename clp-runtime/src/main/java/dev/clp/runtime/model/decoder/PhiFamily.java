package dev.clp.runtime.model.decoder;

import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFamily;
import dev.clp.runtime.model.decoder.DecoderBuilder.Sizes;
import java.util.Set;

/**
 * Phi-1, 1.5 and 2 (Gunasekar et al., 2023): attention and feed-forward block read the same
 * normalised input.
 */
public final class PhiFamily implements ModelFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("phi");
  }

  @Override
  public DecoderConfig read(ConfigJson config) {
    Fields fields = new Fields(config, "PhiForCausalLM");
    DecoderBuilder builder =
        DecoderBuilder.of(
            fields, "Phi", "model.layers.%d.", new Sizes(51200, 2048, 8192, 24, 32, 0, 0, 2048));
    builder.centred = true;
    builder.epsilon = fields.number("layer_norm_eps", 1e-5);
    builder.activation = fields.activation("hidden_act", "gelu_new");
    builder.tied = fields.flag("tie_word_embeddings", false);
    builder.parallel = true;
    builder.rotate("rope_theta", 1e4, "partial_rotary_factor", 0.5);
    builder.name(Part.EMBEDDING, "model.embed_tokens", false);
    builder.name(Part.ATTENTION_NORM, "input_layernorm", true);
    builder.name(Part.QUERY, "self_attn.q_proj", true);
    builder.name(Part.KEY, "self_attn.k_proj", true);
    builder.name(Part.VALUE, "self_attn.v_proj", true);
    if (fields.flag("qk_layernorm", false)) {
      builder.name(Part.QUERY_NORM, "self_attn.q_layernorm", true);
      builder.name(Part.KEY_NORM, "self_attn.k_layernorm", true);
    }
    builder.name(Part.OUT, "self_attn.dense", true);
    // The one norm's scale goes into both blocks' projections.
    builder.name(Part.MLP_NORM, "input_layernorm", true);
    builder.name(Part.UP, "mlp.fc1", true);
    builder.name(Part.DOWN, "mlp.fc2", true);
    builder.name(Part.NORM, "model.final_layernorm", true);
    builder.name(Part.OUTPUT, "lm_head", true);
    return builder.build();
  }
}
