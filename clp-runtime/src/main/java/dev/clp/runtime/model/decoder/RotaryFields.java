package dev.clp.runtime.model.decoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reads rotary positions from {@code config.json}, in both spellings: {@code rope_parameters},
 * which holds base and scaling, and the older {@code rope_theta} beside {@code rope_scaling}.
 *
 * @param fields the configuration
 * @param headWidth the size of one head
 * @param maxPositions the longest sequence that the configuration states
 */
record RotaryFields(Fields fields, int headWidth, int maxPositions) {

  private static final List<String> TYPES =
      List.of("default", "linear", "dynamic", "yarn", "llama3", "longrope");

  /**
   * Reads the positions of all layers.
   *
   * @param thetaKey what the family calls the base where it stands alone
   * @param theta the class's default base
   * @param fractionKey what the family calls the rotated part of a head where it stands alone
   * @param fraction the class's default
   */
  Rotary read(String thetaKey, double theta, String fractionKey, double fraction) {
    ObjectNode scaling = scaling();
    double stated = fields.number(thetaKey, fields.raw(thetaKey), theta);
    double base = number(scaling, "rope_theta", stated);
    if (base != stated && fields.has(thetaKey)) {
      fields.notice(
          thetaKey
              + " is "
              + stated
              + ", but "
              + key()
              + ".rope_theta is "
              + base
              + "; the latter is used, as transformers does");
    }
    double beside = fields.number(fractionKey, fields.raw(fractionKey), fraction);
    double part = number(scaling, "partial_rotary_factor", beside);
    // Both spellings are written, for older and newer readers.
    fields.note(thetaKey, base);
    fields.note(fractionKey, part);
    return rotary(scaling, base, part);
  }

  /**
   * Reads the positions of one type of layer, as {@code rope_parameters} states them by type.
   *
   * @param theta the class's default base
   */
  Rotary ofType(String type, double theta) {
    JsonNode stated = fields.raw(key()).path(type);
    ObjectNode scaling = stated instanceof ObjectNode object ? object : empty();
    return rotary(scaling, number(scaling, "rope_theta", theta), 1);
  }

  /** Returns positions of a base of their own, whatever stretches the others. */
  Rotary unscaled(double theta) {
    return rotary(empty(), theta, 1);
  }

  /** Returns whether {@code rope_parameters} tells types of layers apart. */
  boolean tellsTypesApart() {
    return fields.raw(key()).path("full_attention").isObject();
  }

  /** Returns whether anything stretches the wavelengths. */
  boolean isScaled() {
    JsonNode stated = fields.raw(key());
    return tellsTypesApart() || !type(stated).orElse("default").equals("default");
  }

  private static Optional<String> type(JsonNode scaling) {
    JsonNode type = scaling.path(scaling.has("rope_type") ? "rope_type" : "type");
    return type.isTextual() ? Optional.of(type.asText()) : Optional.empty();
  }

  private String key() {
    return fields.has("rope_parameters") ? "rope_parameters" : "rope_scaling";
  }

  private ObjectNode scaling() {
    if (!fields.has(key())) {
      return empty();
    }
    if (fields.raw(key()) instanceof ObjectNode object) {
      return object;
    }
    throw fields.error(key() + " must be an object, found " + fields.raw(key()));
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }

  private Rotary rotary(ObjectNode scaling, double theta, double fraction) {
    int width = (int) (headWidth * fraction);
    if (width % 2 != 0 || width == 0 || width > headWidth) {
      throw fields.error(
          "head_dim = "
              + headWidth
              + (fraction == 1 ? "" : " times a rotated part of " + fraction)
              + " rotates "
              + width
              + " numbers, but rotary positions need pairs");
    }
    if (type(scaling).isEmpty() && scaling.has("factor")) {
      throw fields.error(
          key() + " is " + scaling + ", but names no rope_type; state one of " + TYPES);
    }
    String type = type(scaling).orElse("default");
    List<Double> plain = Rotary.plain(theta, width);
    return switch (type) {
      case "default" -> new Rotary.Fixed(plain, 1);
      case "linear" -> {
        double factor = required(scaling, "factor");
        yield new Rotary.Fixed(plain.stream().map(length -> length * factor).toList(), 1);
      }
      case "dynamic" -> dynamic(scaling, theta, width);
      case "llama3" -> llama3(scaling, plain);
      case "yarn" -> yarn(scaling, theta, plain);
      // Phi-3's first checkpoints call LongRoPE "su".
      case "longrope", "su" -> longRope(scaling, plain);
      default ->
          throw fields.error(
              key()
                  + " asks for positions of type '"
                  + type
                  + "', but the supported types are "
                  + TYPES
                  + "; use a checkpoint of one of them");
    };
  }

  private Rotary dynamic(ObjectNode scaling, double theta, int width) {
    if (width == 2) {
      throw fields.error(key() + " of type 'dynamic' needs heads of more than one rotated pair");
    }
    return new Rotary.Dynamic(theta, width, required(scaling, "factor"), maxPositions);
  }

  /** Long waves are stretched, short ones kept, those between blended (Llama 3.1). */
  private Rotary llama3(ObjectNode scaling, List<Double> plain) {
    double factor = required(scaling, "factor");
    double low = required(scaling, "low_freq_factor");
    double high = required(scaling, "high_freq_factor");
    double original = original(scaling);
    if (high <= low) {
      throw fields.error(
          key() + ".high_freq_factor = " + high + " must be above low_freq_factor = " + low);
    }
    return new Rotary.Fixed(
        plain.stream()
            .map(
                wavelength -> {
                  double turns = original / (2 * Math.PI * wavelength);
                  double kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
                  return wavelength / ((1 - kept) / factor + kept);
                })
            .toList(),
        1);
  }

  /** YaRN (Peng et al., 2023): as llama3, but blended by the pair's number. */
  private Rotary yarn(ObjectNode scaling, double theta, List<Double> plain) {
    double original = original(scaling);
    double factor =
        scaling.hasNonNull("original_max_position_embeddings")
            ? number(scaling, "factor", maxPositions / original)
            : required(scaling, "factor");
    double fast = number(scaling, "beta_fast", 32);
    double slow = number(scaling, "beta_slow", 1);
    int width = 2 * plain.size();
    double first = pair(fast, width, theta, original);
    double last = pair(slow, width, theta, original);
    if (!scaling.hasNonNull("truncate") || scaling.path("truncate").asBoolean()) {
      first = Math.floor(first);
      last = Math.ceil(last);
    }
    double from = Math.max(first, 0);
    double to = Math.min(last, width - 1);
    // As transformers: a ramp of no length would divide by zero.
    double ramp = from == to ? 0.001 : to - from;
    return new Rotary.Fixed(
        IntStream.range(0, plain.size())
            .mapToObj(
                pair -> {
                  double stretched = Math.min(1, Math.max(0, (pair - from) / ramp));
                  return plain.get(pair) / (stretched / factor + 1 - stretched);
                })
            .toList(),
        number(scaling, "attention_factor", yarnMagnitude(scaling, factor)));
  }

  /** Returns the pair that turns this often within the length of training. */
  private static double pair(double turns, int width, double theta, double original) {
    return width * Math.log(original / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
  }

  private double yarnMagnitude(ObjectNode scaling, double factor) {
    if (factor <= 1) {
      return 1;
    }
    double log = 0.1 * Math.log(factor);
    if (scaling.hasNonNull("mscale") && scaling.hasNonNull("mscale_all_dim")) {
      return (required(scaling, "mscale") * log + 1)
          / (required(scaling, "mscale_all_dim") * log + 1);
    }
    return log + 1;
  }

  private Rotary longRope(ObjectNode scaling, List<Double> plain) {
    double original = original(scaling);
    double factor = number(scaling, "factor", maxPositions / original);
    double magnitude = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
    return new Rotary.LongRope(
        stretched(scaling, "short_factor", plain),
        stretched(scaling, "long_factor", plain),
        (int) original,
        number(scaling, "attention_factor", magnitude));
  }

  private List<Double> stretched(ObjectNode scaling, String name, List<Double> plain) {
    JsonNode factors = scaling.path(name);
    if (!factors.isArray() || factors.size() != plain.size()) {
      throw fields.error(
          key()
              + "."
              + name
              + " must be a list of "
              + plain.size()
              + " numbers, one per rotated pair, but found "
              + (factors.isMissingNode() ? "nothing" : factors));
    }
    List<Double> stretched = new ArrayList<>();
    for (int pair = 0; pair < plain.size(); pair++) {
      stretched.add(
          plain.get(pair) * fields.number(key() + "." + name, factors.get(pair), Double.NaN));
    }
    return stretched;
  }

  /** Returns the length of training: stated with the scaling, beside it, or the longest. */
  private double original(ObjectNode scaling) {
    String name = "original_max_position_embeddings";
    return scaling.hasNonNull(name)
        ? required(scaling, name)
        : fields.number(name, fields.raw(name), maxPositions);
  }

  private double required(ObjectNode scaling, String name) {
    double value = number(scaling, name, Double.NaN);
    if (Double.isNaN(value)) {
      throw fields.error(
          key() + " is " + scaling + ", but its type needs the field '" + name + "'");
    }
    return value;
  }

  private double number(ObjectNode scaling, String name, double otherwise) {
    return fields.number(key() + "." + name, scaling.path(name), otherwise);
  }
}
