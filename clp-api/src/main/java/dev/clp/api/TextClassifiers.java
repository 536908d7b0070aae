package dev.clp.api;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
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
   * Returns what a folder's own chat template makes of a conversation that ends with an answer, to
   * be read as {@link Reading.Input#CHAT}.
   *
   * @param folder a Hugging Face folder with a chat template
   * @param date what a template is told that writes the date
   * @return fails on a conversation that the template refuses
   * @throws IllegalArgumentException if there is no template, or none that can be read
   */
  default Function<List<Message>, String> chatTemplate(Path folder, Optional<LocalDate> date) {
    throw new IllegalArgumentException(
        folder + ": there is nothing to read chat templates with outside a run");
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
