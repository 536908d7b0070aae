package dev.clp.plugins.autorater;

import dev.clp.api.Option;
import dev.clp.plugins.chat.BackendOptions;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The options of the evaluator {@code autorater}.
 *
 * @param backend the judge. If left out, the preference model; without one, the language model
 *     whose usual variable holds an API key, Gemini first
 * @param preferenceModel the folder of a trained preference model, the judge of the kind {@code
 *     offline}; its first label is how good a response is, in logits
 * @param margin differences of the preference model below this are ties, in logits
 * @param criteria what to compare by beside the whole, an instruction by name; helpfulness,
 *     coherence and faithfulness if left out. The preference model knows only the whole
 * @param baseline the policy that all others are compared with; if left out, the reference, or the
 *     first by name if the table has no samples of it
 * @param policies the policies to compare with the baseline; all others if empty
 * @param maxPairs how many pairs are judged at most, evenly over policies and weightings; a
 *     language model is asked twice for each
 * @param seed the seed of the choice of examples and of the bootstrap
 * @param verdictAttempts how often a language model is asked at most until its answer holds a
 *     verdict
 * @param resamples how many times the bootstrap draws the examples anew
 * @param confidence the proportion of resamples that an interval covers, between 0 and 1, both
 *     excluded
 */
public record AutoraterOptions(
    @Option(
            "The judge; if left out, the preference model, or the language model whose API key is"
                + " set.")
        Optional<BackendOptions> backend,
    @Option("The folder of a trained preference model, the judge of the kind offline.")
        Optional<Path> preferenceModel,
    @Option(
            value = "Differences of the preference model below this are ties, in logits.",
            defaultsTo = "0.1")
        @PositiveOrZero
        double margin,
    @Option(
            "What to compare by beside the whole, an instruction by name; helpfulness, coherence"
                + " and faithfulness if left out.")
        Optional<Map<String, @NotBlank String>> criteria,
    @Option("The policy to compare with; the reference if left out.")
        Optional<@NotBlank String> baseline,
    @Option(
            value = "The policies to compare with the baseline; all others if empty.",
            defaultsTo = "[]")
        List<@NotBlank String> policies,
    @Option(
            value =
                "How many pairs are judged at most, evenly over policies and weightings; a language"
                    + " model is asked twice for each.",
            defaultsTo = "200")
        @Min(1)
        int maxPairs,
    @Option(value = "The seed of the choice of examples and of the bootstrap.", defaultsTo = "1")
        long seed,
    @Option(
            value = "How often a language model is asked at most until its answer holds a verdict.",
            defaultsTo = "3")
        @Min(1)
        int verdictAttempts,
    @Option(value = "How many times the bootstrap draws the examples anew.", defaultsTo = "2000")
        @Min(100)
        int resamples,
    @Option(
            value = "The proportion of resamples that an interval covers, between 0 and 1.",
            defaultsTo = "0.95")
        @Positive
        @DecimalMax(value = "1", inclusive = false)
        double confidence) {

  /** The name of the verdict on the whole response. */
  static final String OVERALL = "overall";

  private static final SortedMap<String, String> CRITERIA =
      new TreeMap<>(
          Map.of(
              "helpfulness", "Which response does better what the prompt asks for?",
              "coherence",
                  "Which response is better formed, clearer and more consistent in itself?",
              "faithfulness", "Which response keeps better to what the prompt states or implies?"));

  /** Checks the criteria's names. */
  public AutoraterOptions {
    policies = List.copyOf(policies);
    criteria = criteria.map(Map::copyOf);
    for (String name : criteria.map(Map::keySet).orElse(CRITERIA.keySet())) {
      if (!name.matches("[a-z0-9]+(-[a-z0-9]+)*") || name.equals(OVERALL)) {
        throw new IllegalArgumentException(
            "the criterion '"
                + name
                + "' has no name to report it by; expected lower-case words joined by hyphens,"
                + " other than "
                + OVERALL
                + ", which is always asked for");
      }
    }
  }

  /** Returns the criteria to ask for, by name. */
  SortedMap<String, String> criteriaOrDefault() {
    return criteria.<SortedMap<String, String>>map(TreeMap::new).orElse(CRITERIA);
  }
}
