package dev.clp.runtime.classify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.Reading;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.CheckpointNames;
import dev.clp.runtime.model.CheckpointTensors;
import dev.clp.runtime.model.ClassifierArchitecture;
import dev.clp.runtime.model.Companions;
import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.TextTokenizer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A classifier's folder in Hugging Face's layout: {@code config.json} with the labels, {@code
 * model.safetensors} with transformer and head under their family's names, and {@code
 * tokenizer.json}.
 *
 * @param network the network, its arrays owned by the manager that it was read with
 * @param encoder how texts become the network's sequences; its tokenizer is to be closed
 */
record ClassifierFolder(SequenceClassifier network, PairEncoder encoder) {

  private static final String CONFIG = "config.json";

  /**
   * Reads a folder.
   *
   * @param manager owns the network's arrays
   * @throws UserException naming file, tensor and remedy if anything is missing or does not fit
   */
  static ClassifierFolder read(NDManager manager, Path folder) {
    ModelFolder.requireFolder(folder);
    ClassifierConfig config = ClassifierConfig.read(ConfigJson.read(folder.resolve(CONFIG)));
    Map<String, NDArray> arrays = tensors(folder, config).read(manager);
    return new ClassifierFolder(
        new SequenceClassifier(config, arrays),
        new PairEncoder(TextTokenizer.read(folder.resolve("tokenizer.json")), config, folder));
  }

  /**
   * Checks a folder as {@link #read} does, without reading the parameters or starting the engine.
   *
   * @throws UserException naming file, tensor and remedy if anything is missing or does not fit
   */
  static ClassifierConfig check(Path folder, Reading reading) {
    ModelFolder.requireFolder(folder);
    ClassifierConfig config = ClassifierConfig.read(ConfigJson.read(folder.resolve(CONFIG)));
    tensors(folder, config).check();
    int unused = config.longest(reading);
    TextTokenizer.read(folder.resolve("tokenizer.json")).close();
    return config;
  }

  private static CheckpointTensors tensors(Path folder, ClassifierConfig config) {
    return new CheckpointTensors(
        folder, config.shapes(), Map.of(), config.architecture().checkpointNames());
  }

  /**
   * Returns the tensors of a transformer that becomes a classifier: what its checkpoint holds of
   * the head below the transformer's own names, such as BERT's pooler, is read too, and heads for
   * another purpose are not.
   */
  static CheckpointTensors backbone(Path folder, ClassifierArchitecture architecture) {
    CheckpointNames names = architecture.checkpointNames();
    Map<String, Shape> optional = new LinkedHashMap<>(architecture.head());
    optional
        .keySet()
        .removeIf(name -> names.prefix().isEmpty() || !name.startsWith(names.prefix()));
    Predicate<String> head = architecture.head().keySet()::contains;
    return new CheckpointTensors(
        folder,
        architecture.body(),
        optional,
        new CheckpointNames(names.prefix(), names.copies(), names.unused().or(head)));
  }

  /**
   * Writes a classifier so that Hugging Face's transformers can read it.
   *
   * @param folder created if absent
   * @param source the configuration that the backbone was read from; what is not understood here is
   *     written back
   * @param arrays the parameters by name
   * @param companions files that are copied byte for byte
   */
  static void write(
      Path folder,
      ConfigJson source,
      ClassifierConfig config,
      Map<String, NDArray> arrays,
      Companions companions) {
    ObjectNode json = source.with(config.architecture().toJson(), DataType.FLOAT32);
    json.setAll(config.toJson());
    ModelFolder.write(folder, json, arrays, companions);
  }
}
