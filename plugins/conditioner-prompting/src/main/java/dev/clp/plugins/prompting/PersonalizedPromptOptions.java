package dev.clp.plugins.prompting;

import dev.clp.api.Option;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.util.List;
import java.util.Optional;

/**
 * The options of {@code personalized-prompt}.
 *
 * @param phrases what asks for each objective, in the objectives' order; {@code Prefer NAME.} if
 *     none are given
 * @param threshold the smallest weight, in (0, 1], of an objective that is preferred; an equal
 *     share, one over the number of objectives, if absent
 * @param template where the phrases of the preferred objectives stand: a text with the gaps {@code
 *     {preferences}} and {@code {prompt}}
 */
public record PersonalizedPromptOptions(
    @Option(
            value =
                "What asks for each objective, in the objectives' order; 'Prefer NAME.' if none are"
                    + " given.",
            defaultsTo = "[]")
        List<String> phrases,
    @Option(
            "The smallest weight of an objective that counts as preferred; an equal weight, one over"
                + " the number of objectives, if absent.")
        Optional<@DecimalMin(value = "0", inclusive = false) @DecimalMax("1") Double> threshold,
    @Option(
            value = "Where the preferred objectives' phrases stand, with both gaps.",
            defaultsTo = "\"{preferences}\\n{prompt}\"")
        String template) {

  public PersonalizedPromptOptions {
    phrases = List.copyOf(phrases);
  }
}
