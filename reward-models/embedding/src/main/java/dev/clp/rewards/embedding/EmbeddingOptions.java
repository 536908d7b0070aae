package dev.clp.rewards.embedding;

import dev.clp.api.Option;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The options of the embedding reward.
 *
 * @param model a Hugging Face folder of a sentence encoder
 * @param against what a response is compared with
 * @param field the example's field that a response is compared with in place of the whole prompt;
 *     of a conversation, {@code user} holds what the user said last
 * @param maxTokens the most tokens of a text that are read; as many as the folder says if absent
 */
public record EmbeddingOptions(
    @Option("Hugging Face folder of a sentence encoder.") Path model,
    @Option(value = "What a response is compared with.", defaultsTo = "references") Against against,
    @Option("With against = prompt, the example's field to compare with; user in a conversation.")
        Optional<@NotBlank String> field,
    @Option("Most tokens of a text that are read; the rest is cut and counted.")
        Optional<@Min(3) Integer> maxTokens) {

  public EmbeddingOptions {
    if (field.isPresent() && against != Against.PROMPT) {
      throw new IllegalArgumentException(
          "field is "
              + field.get()
              + ", but references are compared with; set against = prompt, or leave field out");
    }
  }
}
