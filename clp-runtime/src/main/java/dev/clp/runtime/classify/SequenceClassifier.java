package dev.clp.runtime.classify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Parameters;
import dev.clp.runtime.model.ClassifierModel;
import dev.clp.runtime.model.TokenSequence;
import java.util.List;
import java.util.Map;

/** A transformer with a classification head, bound to its parameters. */
final class SequenceClassifier {

  private final ClassifierConfig config;
  private final Parameters parameters;
  private final ClassifierModel model;

  /**
   * Binds a configuration to its parameters.
   *
   * @param arrays exactly the names and shapes that the configuration asks for, in its order
   */
  SequenceClassifier(ClassifierConfig config, Map<String, NDArray> arrays) {
    this.config = config;
    this.parameters = new Parameters(arrays);
    this.model = config.architecture().model(parameters);
  }

  ClassifierConfig config() {
    return config;
  }

  /** Returns what can be trained, by name: the parameters of transformer and head. */
  Parameters parameters() {
    return parameters;
  }

  /**
   * Returns the logits of sequences, differentiable if this thread records gradients.
   *
   * @param sequences none empty
   * @return [sequences, labels]
   */
  NDArray logits(NDManager manager, List<TokenSequence> sequences) {
    return model.logits(manager, sequences);
  }
}
