package dev.clp.runtime.classify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.ScoredDecoder;
import dev.clp.runtime.model.decoder.DecoderConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;

/** Folders of randomly initialised classifiers on the vocabulary of {@link TinyModels}. */
final class TinyClassifiers {

  static final List<String> LABELS = List.of("contradiction", "entailment", "neutral");

  /** A grouped-query transformer of two layers and width 16. */
  static final DecoderConfig BODY =
      TinyModels.config(TinyModels.VOCABULARY, 16, 24, 2, 4, 2, 4, 64, 1e-5, 10000, true);

  private TinyClassifiers() {}

  /** Returns that transformer with three labels. */
  static ClassifierConfig config(Optional<String> separator) {
    return new ClassifierConfig(
        new ScoredDecoder(BODY, LABELS.size()),
        TinyModels.SPECIAL,
        LABELS,
        OptionalLong.of(2),
        separator,
        OptionalInt.empty());
  }

  /** Draws the parameters in the order of their shapes. */
  static Map<String, NDArray> arrays(NDManager manager, ClassifierConfig config, long seed) {
    Random random = new Random(seed);
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    config.shapes().forEach((name, shape) -> arrays.put(name, array(manager, random, name, shape)));
    return arrays;
  }

  private static NDArray array(NDManager manager, Random random, String name, Shape shape) {
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      float drawn = (float) random.nextGaussian();
      values[i] = name.endsWith("norm.weight") ? 1 + 0.1f * drawn : 0.3f * drawn;
    }
    return manager.create(values, shape);
  }

  /** Writes a folder. */
  static void write(Path folder, ClassifierConfig config, long seed) {
    try (NDManager manager = Torch.newManager()) {
      ClassifierFolder.write(
          folder,
          ConfigJson.of(folder, JsonNodeFactory.instance.objectNode()),
          config,
          arrays(manager, config, seed),
          ModelFolder.tokenizerFiles(TinyModels.folder()));
    }
  }
}
