package dev.clp.runtime.bench;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.Architecture;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.sft.Initialisation;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The models that are measured: those of a folder, or random ones of a shape. */
final class BenchmarkModel {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, ObjectNode> SHAPES =
      Map.of(
          "260k", llama(64, 5, 8, 4, 172, 512),
          "15m", llama(288, 6, 6, 6, 768, 32000),
          "110m", llama(768, 12, 12, 12, 2048, 32000));

  private BenchmarkModel() {}

  /**
   * Opens a model.
   *
   * @param shape the shape to draw random parameters of, without a folder
   */
  static CausalModel open(NDManager manager, String shape, Optional<Path> folder) {
    if (folder.isEmpty()) {
      Architecture architecture = architecture(shape);
      return architecture.model(Initialisation.draw(manager, architecture, 0));
    }
    try (ModelFolder read = ModelFolder.read(manager, folder.get())) {
      return read.model();
    }
  }

  private static Architecture architecture(String shape) {
    ObjectNode config = SHAPES.get(shape);
    if (config == null) {
      throw new UserException("--shape " + shape + ": choose one of 260k, 15m, 110m");
    }
    return ConfigJson.of(Path.of(shape), config).architecture();
  }

  private static ObjectNode llama(
      int hiddenSize,
      int layers,
      int heads,
      int keyValueHeads,
      int intermediateSize,
      int vocabulary) {
    return JSON.createObjectNode()
        .put("model_type", "llama")
        .put("vocab_size", vocabulary)
        .put("hidden_size", hiddenSize)
        .put("intermediate_size", intermediateSize)
        .put("num_hidden_layers", layers)
        .put("num_attention_heads", heads)
        .put("num_key_value_heads", keyValueHeads)
        .put("max_position_embeddings", 1024)
        .put("rms_norm_eps", 1e-5)
        .put("tie_word_embeddings", true);
  }
}
