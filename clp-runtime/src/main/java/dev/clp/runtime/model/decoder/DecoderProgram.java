package dev.clp.runtime.model.decoder;

import dev.clp.runtime.engine.TorchProgram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Fills the constants of {@code decoder.py} from a configuration: its switches, and where every
 * array stands in the lists of parameters and of fused weights.
 */
final class DecoderProgram {

  private final DecoderConfig config;
  private final Map<String, String> constants = new LinkedHashMap<>();

  private DecoderProgram(DecoderConfig config) {
    this.config = config;
  }

  static TorchProgram load(DecoderConfig config) {
    DecoderProgram program = new DecoderProgram(config);
    program.switches();
    program.parameterSlots();
    program.fusedSlots();
    return TorchProgram.load(DecoderProgram.class, "decoder.py", "Decoder", program.constants);
  }

  /** Returns the names of parameters in the order that the program expects. */
  static List<String> parameters(DecoderConfig config) {
    List<String> names = new ArrayList<>();
    config.names().keySet().stream()
        .filter(part -> !part.perLayer())
        .forEach(part -> names.add(config.name(part, 0)));
    for (int layer = 0; layer < config.layers(); layer++) {
      for (Part part : layerParts(config)) {
        names.add(config.name(part, layer));
      }
    }
    return names;
  }

  /** Returns a layer's parts, one for every name: parallel blocks may share a norm. */
  private static List<Part> layerParts(DecoderConfig config) {
    Map<String, Part> first = new LinkedHashMap<>();
    config.names().entrySet().stream()
        .filter(entry -> entry.getKey().perLayer())
        .forEach(entry -> first.putIfAbsent(entry.getValue(), entry.getKey()));
    return List.copyOf(first.values());
  }

  private void switches() {
    DecoderConfig.Attention attention = config.attention();
    DecoderConfig.Scales scales = config.scales();
    put("LAYERS", config.layers());
    put("HEADS", attention.heads());
    put("KEY_VALUE_HEADS", attention.keyValueHeads());
    put("HEAD_DIM", attention.headWidth());
    put("INTERMEDIATE", config.intermediateSize());
    put("ROTARY", config.positions().width());
    put("ROTARY_KINDS", config.positions().ofLayer());
    put("LENGTH_MATTERS", config.positions().dependsOnLength());
    put("CENTRED", config.norms().centred());
    put("ONE_PLUS", config.norms().onePlus());
    put("EPSILON", config.norms().epsilon());
    put("SCALE", attention.scale());
    put("SCALED_BY_LAYER", attention.scaledByLayer());
    put("ATTENTION_CAP", attention.cap());
    put("INTERLEAVED", attention.interleaved());
    put("WHOLE_NORM", attention.wholeNorm());
    put("WINDOW", attention.window());
    put("WINDOWED", attention.windowed().stream().map(windowed -> windowed ? 1 : 0).toList());
    put("EMBEDDING_SCALE", scales.embedding());
    put("RESIDUAL_SCALE", scales.residual());
    put("LOGIT_SCALE", scales.logits());
    put("LOGIT_CAP", scales.logitCap());
    for (Activation activation : Activation.values()) {
      put("ACTIVATION_" + activation, activation == config.activation());
    }
    put("PARALLEL", config.parallel());
    put("TRANSPOSED", config.transposed());
  }

  /** Says where each part stands among the parameters: in the list, or behind its layer's first. */
  private void parameterSlots() {
    List<String> all = parameters(config);
    List<Part> layer = layerParts(config);
    int before = all.size() - config.layers() * layer.size();
    put("BEFORE_LAYERS", before);
    put("PER_LAYER", layer.size());
    for (Part part : Part.values()) {
      int slot = config.has(part) ? all.indexOf(config.name(part, 0)) : -1;
      put(part.name(), part.perLayer() && slot >= 0 ? slot - before : slot);
    }
  }

  /** Says the same of the fused weights, in the order in which the program's "fuse" makes them. */
  private void fusedSlots() {
    boolean centred = config.has(Part.ATTENTION_NORM_BIAS);
    int next = 0;
    next = fused("TABLE", true, next);
    next = fused("OUTPUT", true, next);
    next = fused("POSITIONS", config.has(Part.POSITIONS), next);
    boolean lastBias = config.has(Part.NORM_BIAS) || config.has(Part.OUTPUT_BIAS);
    put("FUSED_BEFORE_LAYERS", fused("OUTPUT_BIAS", lastBias, next));
    boolean queryBias = config.has(Part.QKV_BIAS) || config.has(Part.QUERY_BIAS);
    next = fused("QKV", true, 0);
    next = fused("QKV_BIAS", centred || queryBias, next);
    next = fused("QUERY_NORM", config.has(Part.QUERY_NORM), next);
    next = fused("QUERY_NORM_BIAS", config.has(Part.QUERY_NORM_BIAS), next);
    next = fused("KEY_NORM", config.has(Part.KEY_NORM), next);
    next = fused("KEY_NORM_BIAS", config.has(Part.KEY_NORM_BIAS), next);
    next = fused("OUT", true, next);
    next = fused("OUT_BIAS", config.has(Part.OUT_BIAS), next);
    next = fused("ATTENTION_POST_NORM", config.has(Part.ATTENTION_POST_NORM), next);
    next = fused("UP", true, next);
    next = fused("UP_BIAS", centred || config.has(Part.UP_BIAS), next);
    next = fused("DOWN", true, next);
    next = fused("DOWN_BIAS", config.has(Part.DOWN_BIAS), next);
    put("FUSED_PER_LAYER", fused("MLP_POST_NORM", config.has(Part.MLP_POST_NORM), next));
  }

  /** Says where a fused array stands, and returns where the next one does. */
  private int fused(String name, boolean present, int slot) {
    put("FUSED_" + name, present ? slot : -1);
    return present ? slot + 1 : slot;
  }

  private void put(String name, Object value) {
    String text = value.toString();
    constants.put(
        name,
        value instanceof Boolean
            ? text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1)
            : text);
  }
}
