package dev.clp.rewards.classifier;

import dev.clp.api.Example;
import java.util.Optional;

/** What the classifier reads. */
public enum Pair {
  /** The prompt and the response. */
  PROMPT_RESPONSE,
  /** The response alone. */
  RESPONSE,
  /** A field of the example, or the prompt, and the response. */
  PREMISE_HYPOTHESIS;

  /**
   * Returns the text that is read before the response.
   *
   * @param premise the field that holds it; the prompt if absent
   * @throws IllegalArgumentException if the example has no such field, naming those that it has
   */
  String first(Example example, Optional<String> premise) {
    if (this == RESPONSE) {
      // Not read; texts that are alike are then asked about alike.
      return "";
    }
    if (premise.isEmpty()) {
      return example.prompt();
    }
    String text = example.fields().get(premise.get());
    if (text == null) {
      throw new IllegalArgumentException(
          "the example '"
              + example.id()
              + "' has no field '"
              + premise.get()
              + "' to take the premise from; its fields are "
              + example.fields().keySet()
              + ". Name one of them in the option premise, or leave it out for the prompt");
    }
    return text;
  }
}
