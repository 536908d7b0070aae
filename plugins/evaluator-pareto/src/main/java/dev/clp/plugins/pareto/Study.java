package dev.clp.plugins.pareto;

import dev.clp.api.Calibration;
import dev.clp.api.PolicyCost;
import dev.clp.api.SampleTable;
import dev.clp.api.Weighting;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What the tables, charts and findings of one evaluation are drawn from.
 *
 * @param table the samples
 * @param outcomes their averages
 * @param space the axes and knobs
 * @param measures the measures of each policy
 * @param labels the weightings' names
 * @param options the evaluator's options
 */
record Study(
    SampleTable table,
    Outcomes outcomes,
    Space space,
    Map<String, Measures> measures,
    Map<Weighting, String> labels,
    ParetoOptions options) {

  /**
   * Averages a table and takes the measures.
   *
   * @throws IllegalArgumentException if the table or an option makes no sense of it
   */
  static Study of(SampleTable table, ParetoOptions options) {
    Outcomes outcomes = Outcomes.of(table);
    Space space = Space.of(table, outcomes, options.klLimit());
    Front reference = ReferenceFront.of(outcomes, space, options.referenceFront());
    Map<String, Measures> measures = new LinkedHashMap<>();
    outcomes
        .policies()
        .forEach(
            (policy, seeds) ->
                measures.put(
                    policy,
                    Measures.of(
                        seeds.values(),
                        space,
                        reference,
                        table.calibration(),
                        options.confidence())));
    return new Study(table, outcomes, space, measures, Text.labels(outcomes.grid()), options);
  }

  List<String> objectives() {
    return table.objectives();
  }

  List<Calibration> calibration() {
    return table.calibration();
  }

  Map<String, PolicyCost> costs() {
    return table.costs();
  }

  /** Returns the name of intervals, such as {@code 95 % interval}. */
  String interval() {
    return Text.number(100 * options.confidence()) + " % interval";
  }

  /** Returns a measure of those policies for which it is defined. */
  Map<String, Estimate> byPolicy(Function<Measures, Optional<Estimate>> measure) {
    Map<String, Estimate> estimates = new LinkedHashMap<>();
    measures.forEach(
        (policy, m) -> measure.apply(m).ifPresent(value -> estimates.put(policy, value)));
    return estimates;
  }

  /** Estimates the mean of a value over seeds. */
  Estimate estimate(Collection<Outcome> seeds, ToDoubleFunction<Outcome> value) {
    return Estimate.of(seeds.stream().map(value::applyAsDouble).toList(), options.confidence());
  }

  /** Estimates the mean over seeds of a value that may be undefined. */
  Optional<Estimate> estimateDefined(
      Collection<Outcome> seeds, Function<Outcome, OptionalDouble> value) {
    return Estimate.ofDefined(seeds.stream().map(value).toList(), options.confidence());
  }
}
