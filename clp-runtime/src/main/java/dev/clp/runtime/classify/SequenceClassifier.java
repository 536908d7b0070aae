package dev.clp.runtime.classify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Parameters;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.Backbone;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A transformer with a linear head that reads the last token's state. */
final class SequenceClassifier {

  private final ClassifierConfig config;
  private final Parameters parameters;
  private final Backbone backbone;
  private final NDArray head;

  /**
   * Binds a configuration to its parameters.
   *
   * @param arrays exactly the names and shapes that the configuration asks for
   */
  SequenceClassifier(ClassifierConfig config, Map<String, NDArray> arrays) {
    this.config = config;
    this.parameters = new Parameters(arrays);
    Map<String, NDArray> body = new LinkedHashMap<>(arrays);
    this.head = body.remove(ClassifierConfig.HEAD);
    this.backbone =
        config
            .backbone()
            .backbone(new Parameters(body))
            .orElseThrow(
                () ->
                    new UserException(
                        "models of the family "
                            + config.backbone().className()
                            + " offer no hidden states for a classifier; use a backbone of another"
                            + " family"));
  }

  ClassifierConfig config() {
    return config;
  }

  /** Returns what can be trained, by name: the backbone's parameters and the head. */
  Parameters parameters() {
    return parameters;
  }

  /**
   * Returns the logits of sequences, differentiable if this thread records gradients.
   *
   * @param sequences tokens, one sequence per row, none empty
   * @return [sequences, labels]
   */
  NDArray logits(NDManager manager, List<long[]> sequences) {
    return backbone.classify(
        manager, sequences, sequences.stream().mapToLong(this::last).toArray(), head);
  }

  /** Returns the place of the last token that is not padding, 0 if there is none. */
  private long last(long[] sequence) {
    int last = sequence.length - 1;
    while (last > 0
        && config.padding().isPresent()
        && sequence[last] == config.padding().getAsLong()) {
      last--;
    }
    return last;
  }
}
