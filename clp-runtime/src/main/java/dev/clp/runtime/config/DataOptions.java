package dev.clp.runtime.config;

import dev.clp.api.Option;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where examples come from and how they are split.
 *
 * @param file one JSON object per line; the examples to train on
 * @param prompt the template of prompts, with fields in braces; this or {@code messages}
 * @param messages where conversations are, which the model's chat template renders
 * @param promptTokens how many tokens of each prompt to keep, so that the model continues the
 *     beginning of a text; all if absent
 * @param references the fields that hold responses that people wrote
 * @param id the field that holds an example's id; the line number if absent
 * @param limit how many examples of {@code file} to read; all if absent
 * @param evaluationFile a file of the same form to evaluate on; if absent, the last examples of
 *     {@code file} are held out
 * @param evaluation examples to evaluate on
 * @param calibration examples, used for nothing else, to measure the reference's rewards on
 * @param overlap what becomes of an example that is in more than one of the three parts
 */
public record DataOptions(
    @Option("JSON Lines file: one object per line.") Path file,
    @Option("Template of prompts, with fields in braces: \"{document}\\nSummary:\".")
        Optional<@NotBlank String> prompt,
    @Option("Conversations that the model's chat template renders, in place of prompt.")
        Optional<MessagesOptions> messages,
    @Option("Tokens of each prompt to keep, the first ones; all if absent.")
        Optional<@Min(1) Integer> promptTokens,
    @Option(value = "Fields that hold responses that people wrote.", defaultsTo = "[]")
        List<@NotBlank String> references,
    @Option("Field that holds an example's id; the line number if absent.")
        Optional<@NotBlank String> id,
    @Option("Examples of the file to read; all if absent.") Optional<@Min(1) Integer> limit,
    @Option("File to evaluate on; if absent, the file's last examples are held out.")
        Optional<Path> evaluationFile,
    @Option(value = "Examples to evaluate on.", defaultsTo = "64") @Min(1) int evaluation,
    @Option(
            value = "Examples, used for nothing else, to measure the reference's rewards on.",
            defaultsTo = "64")
        @Min(2)
        int calibration,
    @Option(
            value =
                "What becomes of an example, known by its prompt and references, that is in more"
                    + " than one of training, calibration and evaluation.",
            defaultsTo = "warn")
        Overlap overlap) {

  public DataOptions {
    references = List.copyOf(references);
    if (prompt.isPresent() == messages.isPresent()) {
      throw new IllegalArgumentException(
          "expected either prompt, a template of plain prompts, or messages, conversations for the"
              + " model's chat template, but found "
              + (prompt.isPresent() ? "both" : "neither"));
    } else if (messages.isPresent() && promptTokens.isPresent()) {
      throw new IllegalArgumentException(
          "prompt-tokens would cut what the chat template renders; leave it out, or use prompt in"
              + " place of messages");
    }
  }
}
