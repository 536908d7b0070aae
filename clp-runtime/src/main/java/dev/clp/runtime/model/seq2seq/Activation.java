package dev.clp.runtime.model.seq2seq;

import dev.clp.runtime.model.ConfigJson;
import java.util.Arrays;

/** The function between the two layers of a feed-forward block. */
enum Activation {
  /** {@code max(0, x)}. */
  RELU("relu", "torch.relu"),
  /** {@code x Phi(x)}, Phi the normal distribution's. */
  GELU("gelu", "torch.gelu"),
  /** GELU by its approximation with tanh. */
  GELU_NEW("gelu_new", "self.gelu_new"),
  /** {@code x / (1 + exp(-x))}. */
  SILU("silu", "torch.silu");

  private final String label;
  private final String function;

  Activation(String label, String function) {
    this.label = label;
    this.function = function;
  }

  /**
   * Reads transformers' name.
   *
   * @param field for the error
   * @throws dev.clp.runtime.error.UserException if the function is unknown
   */
  static Activation read(ConfigJson config, String field, String name) {
    return Arrays.stream(values())
        .filter(each -> each.label.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                config.error(
                    field
                        + " asks for the activation '"
                        + name
                        + "', but the known ones are "
                        + Arrays.stream(values()).map(each -> each.label).toList()
                        + "; use a checkpoint with one of them"));
  }

  /** Returns transformers' name. */
  String label() {
    return label;
  }

  /** Returns the function's name in the program. */
  String function() {
    return function;
  }
}
