package dev.clp.api;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.apiguardian.api.API;

/**
 * Opens text classifiers and sentence encoders, so that rewards that need a network share the
 * runtime's engine.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@FunctionalInterface
public interface TextClassifiers {

  /** Opens nothing. */
  TextClassifiers NONE =
      (folder, reading) -> {
        throw new IllegalArgumentException(
            folder + ": there is no engine to open classifiers with outside a run");
      };

  /**
   * Opens a classifier; the same folder is read once.
   *
   * @param folder a Hugging Face folder with a sequence-classification head
   * @return safe for use by several threads, open as long as the run is
   * @throws IllegalArgumentException if the folder cannot be read so, saying why
   */
  TextClassifier open(Path folder, Reading reading);

  /** Opens a classifier of pairs of texts. */
  default TextClassifier open(Path folder) {
    return open(folder, Reading.PAIRS);
  }

  /**
   * Opens a sentence encoder, whose vectors are means over a text's tokens; the same folder is read
   * once.
   *
   * @param folder a Hugging Face folder of an encoder
   * @param maxTokens the most tokens of a text, special ones included; as many as the folder says
   *     if absent
   * @return safe for use by several threads, open as long as the run is
   * @throws IllegalArgumentException if the folder cannot be read so, saying why
   */
  default TextEmbedder embedder(Path folder, OptionalInt maxTokens) {
    throw new IllegalArgumentException(
        folder + ": there is no engine to open sentence encoders with outside a run");
  }
}
