package dev.clp.runtime;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.Parameters;
import dev.clp.runtime.model.Llama;
import dev.clp.runtime.model.LlamaConfig;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.SpecialTokens;
import dev.clp.runtime.model.TextTokenizer;
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

  private TinyModels() {}

  /** Returns a grouped-query Llama of two layers and width 16. */
  public static Llama llama(NDManager manager, int vocabulary, boolean tied, long seed) {
    LlamaConfig config = new LlamaConfig(vocabulary, 16, 24, 2, 4, 2, 4, 64, 1e-5, 10000, tied);
    return llama(manager, config, seed);
  }

  /** Returns a Llama of any shape. */
  public static Llama llama(NDManager manager, LlamaConfig config, long seed) {
    Random random = new Random(seed);
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    config.shapes().forEach((name, shape) -> arrays.put(name, array(manager, random, name, shape)));
    return new Llama(config, new Parameters(arrays));
  }

  /** Writes a model's folder with the tokenizer of another, begun by 1 and ended by 2. */
  public static void write(Path folder, Llama model, Path source) {
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
