package dev.clp.runtime.model.decoder;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A decoder in the making: Llama's choices where a family makes none of its own, to be changed
 * before {@link #build}.
 */
final class DecoderBuilder {

  final Fields fields;
  final int vocabulary;
  final int hiddenSize;
  final int intermediateSize;
  final int layers;
  final int heads;
  final int keyValueHeads;
  final int headWidth;
  int maxPositions;
  boolean tied;
  double scale;
  boolean scaledByLayer;
  double attentionCap;
  boolean interleaved;
  boolean wholeNorm;
  int window;
  List<Boolean> windowed;
  List<Rotary> rotary = List.of();
  List<Integer> rotaryOfLayer;
  boolean centred;
  boolean onePlus;
  double epsilon;
  double embeddingScale = 1;
  double residualScale = 1;
  double logitScale = 1;
  double logitCap;
  Activation activation = Activation.SILU;
  boolean parallel;
  boolean transposed;

  private final String className;
  private final Map<Part, String> names = new EnumMap<>(Part.class);
  private final String layerPrefix;

  /**
   * A class's default sizes.
   *
   * @param keyValueHeads 0 for as many as heads
   * @param headWidth 0 for hidden size by heads
   */
  record Sizes(
      int vocabulary,
      int hiddenSize,
      int intermediateSize,
      int layers,
      int heads,
      int keyValueHeads,
      int headWidth,
      int maxPositions) {}

  /**
   * Begins a decoder whose sizes stand under the names that most families share.
   *
   * @param className what transformers' classes of the family begin with
   * @param layerPrefix what the names of a layer's parameters begin with, {@code %d} its number
   */
  static DecoderBuilder of(Fields fields, String className, String layerPrefix, Sizes sizes) {
    int hiddenSize = fields.positive("hidden_size", sizes.hiddenSize());
    int heads = fields.positive("num_attention_heads", sizes.heads());
    int width = sizes.headWidth() > 0 ? sizes.headWidth() : Math.max(1, hiddenSize / heads);
    return new DecoderBuilder(
        fields,
        className,
        layerPrefix,
        new Sizes(
            fields.positive("vocab_size", sizes.vocabulary()),
            hiddenSize,
            fields.positive("intermediate_size", sizes.intermediateSize()),
            fields.positive("num_hidden_layers", sizes.layers()),
            heads,
            keyValueHeads(fields, sizes, heads),
            fields.positive("head_dim", width),
            fields.positive("max_position_embeddings", sizes.maxPositions())));
  }

  /**
   * Returns the number of key heads; transformers takes an explicit null for the number of heads.
   */
  private static int keyValueHeads(Fields fields, Sizes sizes, int heads) {
    boolean stated = fields.isStated("num_key_value_heads");
    int otherwise = stated || sizes.keyValueHeads() == 0 ? heads : sizes.keyValueHeads();
    return fields.positive("num_key_value_heads", otherwise);
  }

  /** Begins a decoder of known sizes. */
  DecoderBuilder(Fields fields, String className, String layerPrefix, Sizes sizes) {
    this.fields = fields;
    this.className = className;
    this.layerPrefix = layerPrefix;
    this.vocabulary = sizes.vocabulary();
    this.hiddenSize = sizes.hiddenSize();
    this.intermediateSize = sizes.intermediateSize();
    this.layers = sizes.layers();
    this.heads = sizes.heads();
    this.keyValueHeads = sizes.keyValueHeads();
    this.headWidth = sizes.headWidth();
    this.maxPositions = sizes.maxPositions();
    if (heads % keyValueHeads != 0) {
      throw fields.error(
          "num_attention_heads = "
              + heads
              + " is not a multiple of num_key_value_heads = "
              + keyValueHeads);
    }
    this.scale = 1 / Math.sqrt(headWidth);
    this.windowed = Collections.nCopies(layers, false);
    this.rotaryOfLayer = Collections.nCopies(layers, 0);
  }

  /**
   * Names a part as the checkpoint does.
   *
   * @param stem the name without {@code .weight}; of a layer's part, what follows the layer's
   *     number
   */
  void name(Part part, String stem, boolean bias) {
    String whole = part.perLayer() ? layerPrefix + stem : stem;
    names.put(part, whole + ".weight");
    if (bias) {
      names.put(Part.valueOf(part.name() + "_BIAS"), whole + ".bias");
    }
  }

  /** Takes one kind of rotary positions for all layers. */
  void rotate(String thetaKey, double theta, String fractionKey, double fraction) {
    rotary = List.of(rotaryFields().read(thetaKey, theta, fractionKey, fraction));
  }

  RotaryFields rotaryFields() {
    return new RotaryFields(fields, headWidth, maxPositions);
  }

  DecoderConfig build() {
    boolean rotates = !rotary.isEmpty();
    int width = rotates ? 2 * rotary.get(0).wavelengths(1).size() : 0;
    // Dynamic wavelengths grow with the sequence, so that nothing bounds it.
    boolean endless = rotary.stream().anyMatch(Rotary.Dynamic.class::isInstance);
    return new DecoderConfig(
        className,
        names,
        vocabulary,
        hiddenSize,
        intermediateSize,
        layers,
        endless ? Integer.MAX_VALUE : maxPositions,
        new DecoderConfig.Attention(
            heads,
            keyValueHeads,
            headWidth,
            scale,
            scaledByLayer,
            attentionCap,
            interleaved,
            wholeNorm,
            window,
            windowed),
        new DecoderConfig.Positions(
            width,
            rotary,
            rotates ? rotaryOfLayer : Collections.nCopies(layers, -1),
            rotates && rotaryFields().isScaled()),
        new DecoderConfig.Norms(centred, onePlus, epsilon),
        new DecoderConfig.Scales(embeddingScale, residualScale, logitScale, logitCap),
        activation,
        parallel,
        transposed,
        tied,
        fields.read());
  }
}
