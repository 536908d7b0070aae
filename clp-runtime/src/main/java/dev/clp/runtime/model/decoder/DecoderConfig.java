package dev.clp.runtime.model.decoder;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.ParameterGroup;
import dev.clp.api.Parameters;
import dev.clp.runtime.model.Architecture;
import dev.clp.runtime.model.Backbone;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The shape of a decoder: what the families that resemble Llama differ in. A family fills it from
 * {@code config.json}; nothing behind it knows of families.
 *
 * @param className what transformers' classes of this family begin with
 * @param names the checkpoint's name of every part that there is; {@code %d} stands for the layer
 * @param vocabulary the number of tokens
 * @param hiddenSize the size of hidden states
 * @param intermediateSize the size of the feed-forward block's inner layer
 * @param layers the number of blocks
 * @param maxPositions the longest sequence in tokens
 * @param attention how blocks attend
 * @param positions where rotary positions are used
 * @param norms what norms compute
 * @param scales what states are multiplied by
 * @param activation the feed-forward block's
 * @param parallel whether attention and feed-forward block both read the block's input
 * @param transposed whether a block's matrices are stored as [in, out]
 * @param tied whether the output layer is the embedding
 * @param json the fields of {@code config.json} that state all this
 */
public record DecoderConfig(
    String className,
    Map<Part, String> names,
    int vocabulary,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int maxPositions,
    Attention attention,
    Positions positions,
    Norms norms,
    Scales scales,
    Activation activation,
    boolean parallel,
    boolean transposed,
    boolean tied,
    ObjectNode json)
    implements Architecture {

  private static final Set<String> BUFFERS =
      Set.of(
          "inv_freq", "attn.bias", "attn.masked_bias", "attention.bias", "attention.masked_bias");

  /**
   * How blocks attend.
   *
   * @param heads the number of query heads
   * @param keyValueHeads the number of key and value heads; divides {@code heads}
   * @param headWidth the size of one head
   * @param scale what products of queries and keys are multiplied by
   * @param scaledByLayer whether they are divided by the layer's number, from 1, too
   * @param cap bounds the scores softly by {@code cap * tanh(score / cap)}; 0 for no bound
   * @param interleaved whether a joint projection holds query, key and value head by head
   * @param wholeNorm whether queries and keys are normalised over all heads together, where they
   *     are
   * @param window how many tokens, the reading one included, a windowed layer sees; 0 for all
   * @param windowed the layers with a window
   */
  public record Attention(
      int heads,
      int keyValueHeads,
      int headWidth,
      double scale,
      boolean scaledByLayer,
      double cap,
      boolean interleaved,
      boolean wholeNorm,
      int window,
      List<Boolean> windowed) {

    public Attention {
      windowed = window == 0 ? Collections.nCopies(windowed.size(), false) : List.copyOf(windowed);
    }

    int queryWidth() {
      return heads * headWidth;
    }

    int keyWidth() {
      return keyValueHeads * headWidth;
    }
  }

  /**
   * Where rotary positions are used.
   *
   * @param width how many numbers of a head are rotated, from the first on; 0 for none
   * @param kinds the kinds of positions, all of this width
   * @param ofLayer the kind of each layer, or -1 where it has none
   * @param scaled whether their wavelengths go by the longest sequence
   */
  public record Positions(int width, List<Rotary> kinds, List<Integer> ofLayer, boolean scaled) {

    public Positions {
      kinds = List.copyOf(kinds);
      ofLayer = List.copyOf(ofLayer);
    }

    /** Returns whether a sequence of this length is read otherwise than one of a token less. */
    boolean changesAt(int length) {
      return kinds.stream().anyMatch(kind -> kind.changesAt(length));
    }

    /** Returns whether the length of a sequence changes how it is read. */
    boolean dependsOnLength() {
      return kinds.stream().anyMatch(kind -> !(kind instanceof Rotary.Fixed));
    }
  }

  /**
   * What norms compute.
   *
   * @param centred whether the mean is subtracted (LayerNorm), or not (RMSNorm)
   * @param onePlus whether the stored scale is what is added to one
   * @param epsilon added to the mean square
   */
  public record Norms(boolean centred, boolean onePlus, double epsilon) {}

  /**
   * What states are multiplied by.
   *
   * @param embedding embeddings
   * @param residual what attention and feed-forward blocks add
   * @param logits logits
   * @param logitCap bounds logits softly, as {@link Attention#cap}; 0 for no bound
   */
  public record Scales(double embedding, double residual, double logits, double logitCap) {}

  public DecoderConfig {
    names = Collections.unmodifiableMap(new EnumMap<>(names));
    json = json.deepCopy();
  }

  /** Returns the name of a part that there is. */
  String name(Part part, int layer) {
    return names.get(part).replace("%d", Integer.toString(layer));
  }

  boolean has(Part part) {
    return names.containsKey(part);
  }

  @Override
  public ObjectNode toJson() {
    return json.deepCopy();
  }

  @Override
  public String embedding() {
    return names.get(Part.EMBEDDING);
  }

  @Override
  public String outputLayer() {
    return names.get(Part.OUTPUT);
  }

  @Override
  public DecoderConfig withTied(boolean isTied) {
    return with(maxPositions, isTied, toJson().put("tie_word_embeddings", isTied));
  }

  /** A table of learned positions keeps its length, and so does what rotary scaling goes by. */
  @Override
  public DecoderConfig withMaxPositions(int longest) {
    if (has(Part.POSITIONS) || positions.scaled()) {
      return this;
    }
    return with(longest, tied, toJson().put("max_position_embeddings", longest));
  }

  private DecoderConfig with(int longest, boolean isTied, ObjectNode fields) {
    return new DecoderConfig(
        className,
        names,
        vocabulary,
        hiddenSize,
        intermediateSize,
        layers,
        longest,
        attention,
        positions,
        norms,
        scales,
        activation,
        parallel,
        transposed,
        isTied,
        fields);
  }

  @Override
  public ParameterGroup group(String name) {
    return part(name).group();
  }

  private Part part(String name) {
    String pattern = name.replaceFirst("\\.\\d+\\.", ".%d.");
    return names.entrySet().stream()
        .filter(entry -> entry.getValue().equals(pattern))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no parameter '" + name + "'"));
  }

  @Override
  public Set<String> names(ParameterGroup group) {
    Set<String> names = new LinkedHashSet<>(Architecture.super.names(group));
    if (group == ParameterGroup.OUTPUT && has(Part.OUTPUT_BIAS)) {
      names.add(name(Part.OUTPUT_BIAS, 0));
    }
    return names;
  }

  @Override
  public boolean isBuffer(String name) {
    return BUFFERS.stream().anyMatch(buffer -> name.endsWith("." + buffer));
  }

  @Override
  public Initial initial(String name) {
    Part part = part(name);
    if (part.isBias()) {
      return new Initial(0, 0);
    } else if (part.group() == ParameterGroup.NORM) {
      return norms.onePlus() ? new Initial(0, 0) : Initial.one();
    }
    return part == Part.OUT || part == Part.DOWN ? Initial.residual(layers) : Initial.projection();
  }

  @Override
  public DecoderModel model(Parameters parameters) {
    return new DecoderModel(this, parameters);
  }

  @Override
  public Optional<Backbone> backbone(Parameters parameters) {
    return Optional.of(new DecoderModel(this, parameters));
  }

  @Override
  public Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    put(shapes, Part.EMBEDDING);
    put(shapes, Part.POSITIONS);
    for (int layer = 0; layer < layers; layer++) {
      for (Part part : names.keySet()) {
        if (part.perLayer()) {
          shapes.put(name(part, layer), shape(part));
        }
      }
    }
    put(shapes, Part.NORM);
    put(shapes, Part.NORM_BIAS);
    if (!tied) {
      put(shapes, Part.OUTPUT);
    }
    put(shapes, Part.OUTPUT_BIAS);
    return shapes;
  }

  private void put(Map<String, Shape> shapes, Part part) {
    if (has(part)) {
      shapes.put(name(part, 0), shape(part));
    }
  }

  private Shape shape(Part part) {
    int query = attention.queryWidth();
    int key = attention.keyWidth();
    int head = attention.headWidth();
    return switch (part) {
      case EMBEDDING, OUTPUT -> new Shape(vocabulary, hiddenSize);
      case OUTPUT_BIAS -> new Shape(vocabulary);
      case POSITIONS -> new Shape(maxPositions, hiddenSize);
      case QUERY -> matrix(query, hiddenSize);
      case QUERY_BIAS -> new Shape(query);
      case KEY, VALUE -> matrix(key, hiddenSize);
      case KEY_BIAS, VALUE_BIAS -> new Shape(key);
      case QKV -> matrix(query + 2 * key, hiddenSize);
      case QKV_BIAS -> new Shape(query + 2L * key);
      case QUERY_NORM, QUERY_NORM_BIAS -> new Shape(attention.wholeNorm() ? query : head);
      case KEY_NORM, KEY_NORM_BIAS -> new Shape(attention.wholeNorm() ? key : head);
      case OUT -> matrix(hiddenSize, query);
      case GATE, UP -> matrix(intermediateSize, hiddenSize);
      case GATE_BIAS, UP_BIAS -> new Shape(intermediateSize);
      case GATE_UP -> matrix(2L * intermediateSize, hiddenSize);
      case DOWN -> matrix(hiddenSize, intermediateSize);
      case OUT_BIAS, DOWN_BIAS -> new Shape(hiddenSize);
      case ATTENTION_NORM,
          ATTENTION_NORM_BIAS,
          ATTENTION_POST_NORM,
          MLP_NORM,
          MLP_NORM_BIAS,
          MLP_POST_NORM,
          NORM,
          NORM_BIAS ->
          new Shape(hiddenSize);
    };
  }

  /** Returns the shape of a block's matrix from {@code in} numbers to {@code out}, as stored. */
  private Shape matrix(long out, long in) {
    return transposed ? new Shape(in, out) : new Shape(out, in);
  }
}
