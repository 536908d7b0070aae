package dev.clp.plugins.prompting;

import dev.clp.api.Option;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import java.util.Optional;

/**
 * The options of {@code prompting}.
 *
 * @param template the wording and the order: a text with the gaps {@code {prompt}}, one per
 *     objective's name for its weight, and {@code {kl}}; all of them, a line before the prompt, if
 *     absent
 * @param decimals digits after the point of a weight, 0 to 6
 * @param levels words for equal steps from 0 to 1, in place of numbers; none for numbers
 */
public record PromptingOptions(
    @Option(
            "The wording and the order: a text with the gaps {prompt}, an objective's name in"
                + " braces for its weight, and {kl}. If absent, a line before the prompt names all"
                + " weights, and the KL coefficient if it varies.")
        Optional<String> template,
    @Option(value = "Digits after the point to which weights are rounded.", defaultsTo = "2")
        @Min(0)
        @Max(6)
        int decimals,
    @Option(
            value =
                "Words for equal steps from 0 to 1, such as [none, some, most, all], which replace"
                    + " the numbers; none for numbers.",
            defaultsTo = "[]")
        List<String> levels) {

  /** Checks that levels, if there are any, can tell weights apart. */
  public PromptingOptions {
    levels = List.copyOf(levels);
    if (levels.size() == 1) {
      throw new IllegalArgumentException(
          "levels: expected no words or at least two, but found only '" + levels.get(0) + "'");
    }
  }
}
