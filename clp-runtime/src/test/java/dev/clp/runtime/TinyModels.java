package dev.clp.runtime;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.Parameters;
import dev.clp.runtime.model.Architecture;
import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.SpecialTokens;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.decoder.DecoderConfig;
import dev.clp.runtime.model.decoder.DecoderModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;

/** Randomly initialised models small enough to check every number of. */
public final class TinyModels {

  /** The size of {@link #tokenizer}'s vocabulary. */
  public static final int VOCABULARY = 12;

  /** The tokens that begin and end its sequences. */
  public static final SpecialTokens SPECIAL = new SpecialTokens(OptionalLong.of(1), Set.of(2L));

  /** The names of a Llama's token embedding, last norm and output layer. */
  public static final String EMBEDDING = "model.embed_tokens.weight";

  public static final String NORM = "model.norm.weight";
  public static final String OUTPUT = "lm_head.weight";

  private TinyModels() {}

  /** Returns the architecture that a {@code config.json} of this text states. */
  public static Architecture architecture(String json) {
    try {
      ObjectNode fields = (ObjectNode) new ObjectMapper().readTree(json);
      return ConfigJson.of(Path.of("config.json"), fields).architecture();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a plain Llama's shape. */
  public static DecoderConfig config(
      int vocabulary,
      int hiddenSize,
      int intermediateSize,
      int layers,
      int heads,
      int keyValueHeads,
      int headWidth,
      int maxPositions,
      double epsilon,
      double theta,
      boolean tied) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model_type", "llama");
    json.put("vocab_size", vocabulary);
    json.put("hidden_size", hiddenSize);
    json.put("intermediate_size", intermediateSize);
    json.put("num_hidden_layers", layers);
    json.put("num_attention_heads", heads);
    json.put("num_key_value_heads", keyValueHeads);
    json.put("head_dim", headWidth);
    json.put("max_position_embeddings", maxPositions);
    json.put("rms_norm_eps", epsilon);
    json.put("rope_theta", theta);
    json.put("tie_word_embeddings", tied);
    return (DecoderConfig) architecture(json.toString());
  }

  /** Returns a grouped-query Llama of two layers and width 16. */
  public static DecoderModel llama(NDManager manager, int vocabulary, boolean tied, long seed) {
    DecoderConfig config = config(vocabulary, 16, 24, 2, 4, 2, 4, 64, 1e-5, 10000, tied);
    return llama(manager, config, seed);
  }

  /** Returns a Llama of any shape. */
  public static DecoderModel llama(NDManager manager, DecoderConfig config, long seed) {
    Random random = new Random(seed);
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    config.shapes().forEach((name, shape) -> arrays.put(name, array(manager, random, name, shape)));
    return new DecoderModel(config, new Parameters(arrays));
  }

  /** Writes a model's folder with the tokenizer of another, begun by 1 and ended by 2. */
  public static void write(Path folder, DecoderModel model, Path source) {
    boolean tied = !model.parameters().contains(model.config().outputLayer());
    ModelFolder.write(
        folder,
        SPECIAL.addTo(model.config().withTied(tied).toJson()),
        model.parameters().asMap(),
        ModelFolder.tokenizerFiles(source));
  }

  /** Returns the tokenizer of a vocabulary of 12: three special tokens, nine words. */
  public static TextTokenizer tokenizer() {
    return TextTokenizer.read(folder().resolve("tokenizer.json"));
  }

  /** Returns a folder with the tokenizer's file. */
  public static Path folder() {
    try {
      return Path.of(TinyModels.class.getResource("tokenizer.json").toURI()).getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static NDArray array(NDManager manager, Random random, String name, Shape shape) {
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          name.endsWith("norm.weight")
              ? 1 + 0.1f * (float) random.nextGaussian()
              : 0.3f * (float) random.nextGaussian();
    }
    return manager.create(values, shape);
  }
}
