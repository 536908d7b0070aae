package dev.clp.runtime.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** Reads the Llama family's {@code config.json}. */
public final class LlamaFamily implements ModelFamily {

  private static final String REMEDY = "; use a checkpoint of the Llama family";
  private static final double DEFAULT_THETA = 10000;

  @Override
  public Set<String> modelTypes() {
    return Set.of("llama");
  }

  @Override
  public LlamaConfig read(ConfigJson config) {
    refuse(config, "attention_bias", "biases in attention");
    refuse(config, "mlp_bias", "biases in feed-forward blocks");
    String activation = config.field("hidden_act").asText("silu");
    if (!activation.equals("silu")) {
      throw config.error("hidden_act is '" + activation + "', but 'silu' is supported" + REMEDY);
    }
    int heads = config.positive("num_attention_heads");
    int hiddenSize = config.positive("hidden_size");
    int keyValueHeads = config.positive("num_key_value_heads", heads);
    int headWidth = config.positive("head_dim", Math.max(1, hiddenSize / heads));
    if (heads % keyValueHeads != 0) {
      throw config.error(
          "num_attention_heads = "
              + heads
              + " is not a multiple of num_key_value_heads = "
              + keyValueHeads);
    }
    if (headWidth % 2 != 0) {
      throw config.error("head_dim = " + headWidth + " is odd, but rotary embeddings need pairs");
    }
    return new LlamaConfig(
        config.positive("vocab_size"),
        hiddenSize,
        config.positive("intermediate_size"),
        config.positive("num_hidden_layers"),
        heads,
        keyValueHeads,
        headWidth,
        config.positive("max_position_embeddings", 2048),
        config.number("rms_norm_eps", 1e-6),
        ropeTheta(config),
        config.flag("tie_word_embeddings"));
  }

  private static void refuse(ConfigJson config, String field, String what) {
    if (config.flag(field)) {
      throw config.error(field + " is true, but " + what + " are unknown here");
    }
  }

  /**
   * Returns the base of the rotary wavelengths. Older checkpoints state it as rope_theta, with the
   * scaling in rope_scaling; newer ones state both in rope_parameters, which precedes in
   * transformers, too.
   */
  private static double ropeTheta(ConfigJson config) {
    double theta = config.number("rope_theta", DEFAULT_THETA);
    for (String name : new String[] {"rope_scaling", "rope_parameters"}) {
      if (!config.has(name)) {
        continue;
      }
      JsonNode rope = config.field(name);
      if (!rope.isObject()) {
        throw config.error(name + " must be an object, found " + rope);
      }
      JsonNode kind = rope.path(rope.has("rope_type") ? "rope_type" : "type");
      if (!kind.isMissingNode() && !kind.asText().equals("default")) {
        throw config.error(
            name
                + " asks for positions of type '"
                + kind.asText()
                + "', which are not supported (Llama 3.1 and later have 'llama3')"
                + REMEDY
                + " that was trained without them");
      }
      if (kind.isMissingNode() && rope.has("factor")) {
        throw config.error(name + " is " + rope + ", which is not supported" + REMEDY);
      }
      double stated = config.number(name + ".rope_theta", rope.path("rope_theta"), theta);
      if (stated != theta && config.has("rope_theta")) {
        config.notice(
            "rope_theta is "
                + theta
                + ", but "
                + name
                + ".rope_theta is "
                + stated
                + "; the latter is used, as transformers does");
      }
      theta = stated;
    }
    return theta;
  }
}
