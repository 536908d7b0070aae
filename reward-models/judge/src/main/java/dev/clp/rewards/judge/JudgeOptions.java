package dev.clp.rewards.judge;

import dev.clp.api.Option;
import dev.clp.plugins.chat.BackendOptions;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The options of the reward {@code judge}.
 *
 * @param backend which chat model to ask, and how patiently
 * @param rubric what a good response is, in words
 * @param rubricFile a text file with the rubric, in place of {@code rubric}
 * @param min the lowest score, for the worst response
 * @param max the highest score, above {@code min}
 * @param template the prompt, with the places {@code {rubric}}, {@code {prompt}}, {@code
 *     {response}}, {@code {references}}, {@code {min}} and {@code {max}}; it has to ask for a JSON
 *     object with the number {@code score}
 * @param verdictAttempts how often the model is asked at most until its answer holds a score
 * @param fallbackScore the score, from {@code min} to {@code max}, of a response that gets none
 *     because the service refuses its prompt or no answer holds a score; it is not kept, and a
 *     warning says so. If left out, such a response is an error
 */
public record JudgeOptions(
    @Option("The chat model to ask, of the kind gemini or openai.") BackendOptions backend,
    @Option("What a good response is, in words.") Optional<@NotBlank String> rubric,
    @Option("A text file with the rubric, in place of rubric.") Optional<Path> rubricFile,
    @Option(value = "The lowest score, for the worst response.", defaultsTo = "1") double min,
    @Option(value = "The highest score, above min.", defaultsTo = "5") double max,
    @Option(
            "The prompt with {rubric}, {prompt}, {response}, {references}, {min} and {max}, asking"
                + " for JSON such as {\"score\": 3}; one that does if left out.")
        Optional<@NotBlank String> template,
    @Option(
            value = "How often the model is asked at most until its answer holds a score.",
            defaultsTo = "3")
        @Min(1)
        int verdictAttempts,
    @Option(
            "The score, from min to max, of a response that the judge gives none; an error if left"
                + " out.")
        Optional<Double> fallbackScore) {

  /** Checks that the options fit together. */
  public JudgeOptions {
    if (rubric.isPresent() == rubricFile.isPresent()) {
      throw new IllegalArgumentException(
          "expected either rubric or rubric-file, but found "
              + (rubric.isPresent() ? "both" : "neither")
              + "; say in one of them what a good response is");
    }
    if (!(min < max) || Double.isInfinite(max - min)) {
      throw new IllegalArgumentException(
          "expected min below max, but found min = " + min + " and max = " + max);
    }
    if (fallbackScore.filter(score -> !(score >= min && score <= max)).isPresent()) {
      throw new IllegalArgumentException(
          "expected fallback-score from min = "
              + min
              + " to max = "
              + max
              + ", but found "
              + fallbackScore.get());
    }
  }
}
