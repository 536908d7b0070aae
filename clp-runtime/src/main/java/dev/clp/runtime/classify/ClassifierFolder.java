package dev.clp.runtime.classify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.TextTokenizer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * A classifier's folder in Hugging Face's layout: {@code config.json} with the labels, {@code
 * model.safetensors} with the backbone under {@code model.} and the head {@code score.weight}, and
 * {@code tokenizer.json}.
 *
 * @param network the network, its arrays owned by the manager that it was read with
 * @param encoder how texts become the network's sequences; its tokenizer is to be closed
 */
record ClassifierFolder(SequenceClassifier network, PairEncoder encoder) {

  /** Heads that a checkpoint may hold and that its new purpose does not need. */
  static final Set<String> OTHER_HEADS = Set.of("lm_head.weight", ClassifierConfig.HEAD);

  /**
   * Reads a folder.
   *
   * @param manager owns the network's arrays
   * @throws UserException naming file, tensor and remedy if anything is missing or does not fit
   */
  static ClassifierFolder read(NDManager manager, Path folder) {
    ModelFolder.requireFolder(folder);
    ClassifierConfig config = ClassifierConfig.read(folder.resolve("config.json"));
    Map<String, NDArray> arrays =
        ModelFolder.readArrays(manager, folder, config.shapes(), OTHER_HEADS);
    return new ClassifierFolder(
        new SequenceClassifier(config, arrays),
        new PairEncoder(TextTokenizer.read(folder.resolve("tokenizer.json")), config, folder));
  }

  /**
   * Checks a folder as {@link #read} does, without reading the weights or starting the engine.
   *
   * @throws UserException naming file, tensor and remedy if anything is missing or does not fit
   */
  static ClassifierConfig check(Path folder) {
    ModelFolder.requireFolder(folder);
    ClassifierConfig config = ClassifierConfig.read(folder.resolve("config.json"));
    ModelFolder.checkArrays(folder, config.shapes(), OTHER_HEADS);
    TextTokenizer.read(folder.resolve("tokenizer.json")).close();
    return config;
  }

  /**
   * Writes a classifier so that Hugging Face's transformers can read it.
   *
   * @param folder created if absent
   * @param arrays the parameters by name
   * @param source the folder whose tokenizer files are copied
   */
  static void write(
      Path folder, ClassifierConfig config, Map<String, NDArray> arrays, Path source) {
    ModelFolder.write(folder, config.toJson(), arrays, source);
  }
}
