package dev.clp.rewards.embedding;

import dev.clp.api.Option;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The options of the embedding reward.
 *
 * @param model a Hugging Face folder of a sentence encoder
 * @param against what a response is compared with
 * @param maxTokens the most tokens of a text that are read; as many as the folder says if absent
 */
public record EmbeddingOptions(
    @Option("Hugging Face folder of a sentence encoder.") Path model,
    @Option(value = "What a response is compared with.", defaultsTo = "references") Against against,
    @Option("Most tokens of a text that are read; the rest is cut and counted.")
        Optional<@Min(3) Integer> maxTokens) {}
