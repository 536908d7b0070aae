package dev.clp.runtime.model.decoder;

import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFamily;
import dev.clp.runtime.model.decoder.DecoderBuilder.Sizes;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Gemma (Gemma Team, 2024), Gemma 2 with soft caps and windows on alternate layers, and the
 * language model of Gemma 3, whose windowed layers have rotary positions of their own.
 */
public final class GemmaFamily implements ModelFamily {

  private static final Map<String, Defaults> TYPES =
      Map.of(
          "gemma",
          new Defaults("Gemma", new Sizes(256000, 3072, 24576, 28, 16, 16, 256, 8192)),
          "gemma2",
          new Defaults("Gemma2", new Sizes(256000, 2304, 9216, 26, 8, 4, 256, 8192)),
          "gemma3_text",
          new Defaults("Gemma3", new Sizes(262208, 2304, 9216, 26, 8, 4, 256, 131072)));

  private static final String TANH = "gelu_pytorch_tanh";

  /** A class's defaults. */
  private record Defaults(String className, Sizes sizes) {}

  @Override
  public Set<String> modelTypes() {
    return TYPES.keySet();
  }

  @Override
  public DecoderConfig read(ConfigJson config) {
    String type = config.field("model_type").asText();
    Defaults defaults = TYPES.get(type);
    Fields fields = new Fields(config, defaults.className() + "ForCausalLM");
    DecoderBuilder builder =
        DecoderBuilder.of(fields, defaults.className(), "model.layers.%d.", defaults.sizes());
    fields.refuse("use_bidirectional_attention", "tokens that see later ones");
    builder.epsilon = fields.number("rms_norm_eps", 1e-6);
    builder.onePlus = true;
    builder.tied = fields.flag("tie_word_embeddings", true);
    builder.embeddingScale = Math.sqrt(builder.hiddenSize);
    builder.activation = activation(fields, type);
    if (type.equals("gemma")) {
      builder.rotate("rope_theta", 1e4, "partial_rotary_factor", 1);
    } else {
      caps(builder, type);
      positions(builder, type);
    }
    name(builder, type);
    return builder.build();
  }

  /** Gemma's first checkpoints say hidden_act = gelu and mean its approximation all the same. */
  private static Activation activation(Fields fields, String type) {
    boolean old = type.equals("gemma") && !fields.has("hidden_activation");
    String beside = old ? fields.text("hidden_act").orElse(TANH) : TANH;
    if (old && !beside.equals("gelu")) {
      return fields.activation("hidden_act", TANH);
    }
    return fields.activation("hidden_activation", TANH);
  }

  private static void caps(DecoderBuilder builder, String type) {
    Fields fields = builder.fields;
    boolean capped = type.equals("gemma2");
    builder.scale = 1 / Math.sqrt(fields.number("query_pre_attn_scalar", 256));
    builder.attentionCap =
        fields
            .optionalNumber(
                "attn_logit_softcapping", capped ? OptionalDouble.of(50) : OptionalDouble.empty())
            .orElse(0);
    builder.logitCap =
        fields
            .optionalNumber(
                "final_logit_softcapping", capped ? OptionalDouble.of(30) : OptionalDouble.empty())
            .orElse(0);
    builder.window = fields.optionalPositive("sliding_window", OptionalInt.of(4096)).orElse(0);
  }

  private static void positions(DecoderBuilder builder, String type) {
    Fields fields = builder.fields;
    if (type.equals("gemma2")) {
      builder.windowed = fields.windowed(builder.layers, layer -> layer % 2 == 0);
      builder.rotate("rope_theta", 1e4, "partial_rotary_factor", 1);
      return;
    }
    int pattern =
        fields.positive("sliding_window_pattern", fields.positive("_sliding_window_pattern", 6));
    builder.windowed = fields.windowed(builder.layers, layer -> (layer + 1) % pattern != 0);
    RotaryFields rotary = builder.rotaryFields();
    if (rotary.tellsTypesApart()) {
      builder.rotary =
          List.of(rotary.ofType("full_attention", 1e6), rotary.ofType("sliding_attention", 1e4));
    } else {
      Rotary local = rotary.unscaled(fields.number("rope_local_base_freq", 1e4));
      builder.rotary = List.of(rotary.read("rope_theta", 1e6, "partial_rotary_factor", 1), local);
    }
    builder.rotaryOfLayer = builder.windowed.stream().map(windowed -> windowed ? 1 : 0).toList();
  }

  private static void name(DecoderBuilder builder, String type) {
    boolean bias = builder.fields.flag("attention_bias", false);
    builder.name(Part.EMBEDDING, "model.embed_tokens", false);
    builder.name(Part.ATTENTION_NORM, "input_layernorm", false);
    builder.name(Part.QUERY, "self_attn.q_proj", bias);
    builder.name(Part.KEY, "self_attn.k_proj", bias);
    builder.name(Part.VALUE, "self_attn.v_proj", bias);
    builder.name(Part.OUT, "self_attn.o_proj", bias);
    if (type.equals("gemma3_text")) {
      builder.name(Part.QUERY_NORM, "self_attn.q_norm", false);
      builder.name(Part.KEY_NORM, "self_attn.k_norm", false);
    }
    if (type.equals("gemma")) {
      builder.name(Part.MLP_NORM, "post_attention_layernorm", false);
    } else {
      builder.name(Part.ATTENTION_POST_NORM, "post_attention_layernorm", false);
      builder.name(Part.MLP_NORM, "pre_feedforward_layernorm", false);
      builder.name(Part.MLP_POST_NORM, "post_feedforward_layernorm", false);
    }
    builder.name(Part.GATE, "mlp.gate_proj", false);
    builder.name(Part.UP, "mlp.up_proj", false);
    builder.name(Part.DOWN, "mlp.down_proj", false);
    builder.name(Part.NORM, "model.norm", false);
    builder.name(Part.OUTPUT, "lm_head", false);
  }
}
