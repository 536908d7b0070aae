package dev.clp.runtime.model.encoder;

import dev.clp.runtime.model.ConfigJson;
import java.util.Map;
import java.util.TreeMap;

/** Activation functions by the names that transformers gives them, as TorchScript expressions. */
final class Activation {

  private static final Map<String, String> EXPRESSIONS =
      new TreeMap<>(
          Map.of(
              "gelu", "torch.gelu(x)",
              "gelu_new", "torch.gelu(x, approximate=\"tanh\")",
              "gelu_pytorch_tanh", "torch.gelu(x, approximate=\"tanh\")",
              "relu", "torch.relu(x)",
              "silu", "torch.silu(x)",
              "swish", "torch.silu(x)",
              "tanh", "torch.tanh(x)"));

  private Activation() {}

  /** Returns the expression in {@code x} of the activation that a field names. */
  static String read(ConfigJson config, String field, String otherwise) {
    String name = config.has(field) ? config.field(field).asText() : otherwise;
    String expression = EXPRESSIONS.get(name);
    if (expression == null) {
      throw config.error(
          field
              + " is '"
              + name
              + "', but the activations that are supported are "
              + EXPRESSIONS.keySet());
    }
    return expression;
  }
}
