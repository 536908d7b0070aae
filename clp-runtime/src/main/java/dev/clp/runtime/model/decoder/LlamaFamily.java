package dev.clp.runtime.model.decoder;

import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFamily;
import dev.clp.runtime.model.decoder.DecoderBuilder.Sizes;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Llama (Touvron et al., 2023) and those that keep its names: Mistral, Qwen2 and Qwen3, Granite,
 * SmolLM3, OLMo 2, and Phi-3, which joins projections.
 */
public final class LlamaFamily implements ModelFamily {

  private static final Map<String, Defaults> TYPES =
      Map.of(
          "llama",
          new Defaults("Llama", 1e-6, 1e4, new Sizes(32000, 4096, 11008, 32, 32, 0, 0, 2048)),
          "mistral",
          new Defaults("Mistral", 1e-6, 1e4, new Sizes(32000, 4096, 14336, 32, 32, 8, 0, 131072)),
          "qwen2",
          new Defaults("Qwen2", 1e-6, 1e4, new Sizes(151936, 4096, 22016, 32, 32, 32, 0, 32768)),
          "qwen3",
          new Defaults("Qwen3", 1e-6, 1e4, new Sizes(151936, 4096, 22016, 32, 32, 32, 128, 32768)),
          "granite",
          new Defaults("Granite", 1e-6, 1e4, new Sizes(32000, 4096, 11008, 32, 32, 0, 0, 2048)),
          "smollm3",
          new Defaults("SmolLM3", 1e-6, 2e6, new Sizes(128256, 2048, 11008, 36, 16, 4, 0, 32768)),
          "olmo2",
          new Defaults("Olmo2", 1e-5, 1e4, new Sizes(50304, 4096, 11008, 32, 32, 0, 0, 2048)),
          "phi3",
          new Defaults("Phi3", 1e-5, 1e4, new Sizes(32064, 3072, 8192, 32, 32, 0, 0, 4096)));

  /** A class's defaults. */
  private record Defaults(String className, double epsilon, double theta, Sizes sizes) {}

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
    builder.epsilon = fields.number("rms_norm_eps", defaults.epsilon());
    builder.activation = fields.activation("hidden_act", "silu");
    builder.tied = fields.flag("tie_word_embeddings", type.equals("smollm3"));
    builder.rotate("rope_theta", defaults.theta(), "partial_rotary_factor", 1);
    switch (type) {
      case "qwen2", "qwen3" -> qwenWindows(builder);
      case "mistral" -> window(builder, OptionalInt.of(4096));
      case "phi3" -> window(builder, OptionalInt.empty());
      case "smollm3" -> unrotatedLayers(builder);
      case "granite" -> scales(builder);
      default -> {}
    }
    name(builder, type);
    return builder.build();
  }

  /** Gives every layer the window, if there is one. */
  private static void window(DecoderBuilder builder, OptionalInt otherwise) {
    builder.window = builder.fields.optionalPositive("sliding_window", otherwise).orElse(0);
    builder.windowed = Collections.nCopies(builder.layers, true);
  }

  private static void qwenWindows(DecoderBuilder builder) {
    Fields fields = builder.fields;
    boolean used = fields.flag("use_sliding_window", false);
    int window = fields.optionalPositive("sliding_window", OptionalInt.of(4096)).orElse(0);
    int first = fields.count("max_window_layers", 28);
    builder.window = used ? window : 0;
    builder.windowed = fields.windowed(builder.layers, layer -> layer >= first);
  }

  private static void unrotatedLayers(DecoderBuilder builder) {
    Fields fields = builder.fields;
    int interval = fields.positive("no_rope_layer_interval", 4);
    // The list says which layers do rotate, in spite of its name.
    List<Boolean> rotates =
        fields.flags("no_rope_layers", builder.layers, layer -> (layer + 1) % interval != 0);
    boolean used = fields.flag("use_sliding_window", false);
    int window = fields.optionalPositive("sliding_window", OptionalInt.empty()).orElse(0);
    builder.rotaryOfLayer = rotates.stream().map(rotated -> rotated ? 0 : -1).toList();
    builder.window = used ? window : 0;
    builder.windowed = fields.windowed(builder.layers, layer -> !rotates.get(layer));
  }

  private static void scales(DecoderBuilder builder) {
    Fields fields = builder.fields;
    builder.embeddingScale = fields.number("embedding_multiplier", 1);
    builder.residualScale = fields.number("residual_multiplier", 1);
    builder.logitScale = 1 / fields.number("logits_scaling", 1);
    builder.scale = fields.number("attention_multiplier", 1);
  }

  private static void name(DecoderBuilder builder, String type) {
    Fields fields = builder.fields;
    boolean joined = type.equals("phi3");
    boolean biased = !joined && !type.equals("mistral") && !type.equals("qwen2");
    boolean outBias = biased && fields.flag("attention_bias", false);
    boolean queryBias = outBias || type.equals("qwen2");
    boolean mlpBias =
        Set.of("llama", "granite", "smollm3").contains(type) && fields.flag("mlp_bias", false);
    builder.name(Part.EMBEDDING, "model.embed_tokens", false);
    if (joined) {
      builder.name(Part.QKV, "self_attn.qkv_proj", false);
      builder.name(Part.GATE_UP, "mlp.gate_up_proj", false);
    } else {
      builder.name(Part.QUERY, "self_attn.q_proj", queryBias);
      builder.name(Part.KEY, "self_attn.k_proj", queryBias);
      builder.name(Part.VALUE, "self_attn.v_proj", queryBias);
      builder.name(Part.GATE, "mlp.gate_proj", mlpBias);
      builder.name(Part.UP, "mlp.up_proj", mlpBias);
    }
    builder.name(Part.OUT, "self_attn.o_proj", outBias);
    builder.name(Part.DOWN, "mlp.down_proj", mlpBias);
    if (type.equals("qwen3") || type.equals("olmo2")) {
      builder.wholeNorm = type.equals("olmo2");
      builder.name(Part.QUERY_NORM, "self_attn.q_norm", false);
      builder.name(Part.KEY_NORM, "self_attn.k_norm", false);
    }
    if (type.equals("olmo2")) {
      builder.name(Part.ATTENTION_POST_NORM, "post_attention_layernorm", false);
      builder.name(Part.MLP_POST_NORM, "post_feedforward_layernorm", false);
    } else {
      builder.name(Part.ATTENTION_NORM, "input_layernorm", false);
      builder.name(Part.MLP_NORM, "post_attention_layernorm", false);
    }
    builder.name(Part.NORM, "model.norm", false);
    builder.name(Part.OUTPUT, "lm_head", false);
  }
}
