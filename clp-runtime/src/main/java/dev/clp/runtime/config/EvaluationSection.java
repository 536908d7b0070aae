package dev.clp.runtime.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import dev.clp.api.Evaluator;
import dev.clp.api.KlRange;
import dev.clp.api.Option;
import dev.clp.runtime.config.Experiment.EvaluationPlan;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hibernate.validator.constraints.UniqueElements;

/** How policies are evaluated. */
record EvaluationSection(String key) {

  private static final NamedComponentsSection<Evaluator> EVALUATORS =
      new NamedComponentsSection<>("evaluators", Evaluator.class);

  /** The section's keys. */
  record EvaluationOptions(
      @Option(value = "Steps from 0 to 1 of each weight in the grid.", defaultsTo = "10") @Min(1)
          int divisions,
      @Option(
              value = "KL coefficients to evaluate at; if empty, the range's ends and middle.",
              defaultsTo = "[]")
          @UniqueElements
          List<@DecimalMin("0") @DecimalMax("1") Double> kl,
      @Option(
              value =
                  "sampled draws responses as rollout says; enumerated takes all that the policy"
                      + " has, untruncated, which only some evaluators read.",
              defaultsTo = "sampled")
          ResponseSource responses,
      @Option(
              value = "Responses per example and weighting; enumerated ignores it.",
              defaultsTo = "1")
          @Min(1)
          int samplesPerExample,
      @Option(value = "What judges the samples, by name.", defaultsTo = "{ pareto {} }") @NotEmpty
          Map<String, ConfigValue> evaluators) {}

  /**
   * Reads the section.
   *
   * @param klCoefficients the KL coefficients of training, if they are known
   */
  Optional<EvaluationPlan> read(Scope around, Optional<KlRange> klCoefficients) {
    Scope section = around.sectionOrEmpty(key);
    Optional<EvaluationOptions> options = section.bind(EvaluationOptions.class);
    // Unlike other sections this one has a default that is not empty, known once it is bound.
    Scope evaluators =
        section
            .section(EVALUATORS.key())
            .orElseGet(
                () ->
                    section
                        .sectionOrEmpty(EVALUATORS.key())
                        .with(
                            options
                                .map(given -> placed(given.evaluators(), section))
                                .orElse(section.empty())));
    SortedMap<String, ComponentSpec<Evaluator>> specs = EVALUATORS.readAll(evaluators);
    return options.map(
        given ->
            new EvaluationPlan(
                given.divisions(),
                given.kl().isEmpty()
                    ? klCoefficients.map(EvaluationSection::endsAndMiddle).orElse(List.of())
                    : given.kl(),
                given.responses(),
                given.samplesPerExample(),
                specs));
  }

  /** Returns the default's evaluators as if they stood in the section. */
  private static ConfigObject placed(Map<String, ConfigValue> evaluators, Scope section) {
    Map<String, Object> placed = new TreeMap<>();
    evaluators.forEach(
        (name, evaluator) -> placed.put(name, evaluator.withOrigin(section.object().origin())));
    return ConfigValueFactory.fromMap(placed);
  }

  private static List<Double> endsAndMiddle(KlRange klCoefficients) {
    return klCoefficients.isFixed()
        ? List.of(klCoefficients.min())
        : Stream.of(klCoefficients.min(), klCoefficients.at(0.5), klCoefficients.max())
            .distinct()
            .toList();
  }

  ConfigObject write(EvaluationPlan plan) {
    return OptionsBinder.render(
        new EvaluationOptions(
            plan.divisions(),
            plan.klCoefficients(),
            plan.responses(),
            plan.samplesPerExample(),
            EVALUATORS.writeAll(plan.evaluators())));
  }
}
