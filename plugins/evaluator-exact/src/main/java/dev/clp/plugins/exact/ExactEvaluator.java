package dev.clp.plugins.exact;

import dev.clp.api.Evaluation;
import dev.clp.api.Evaluation.Chart;
import dev.clp.api.Evaluation.Point;
import dev.clp.api.Evaluation.Series;
import dev.clp.api.Evaluation.Table;
import dev.clp.api.Evaluator;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.SampleTable.Responses;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * Measures every policy at every weighting.
 *
 * <p>Metrics stand at {@code exact.gain-proportion.<policy>.mean} and {@code .worst}, over the
 * weightings, the same for {@code exact.regret}, and {@code
 * exact.gain-proportion.<policy>.<weighting>}; each is a mean over the seeds, with {@code
 * .half-width} below it where there are at least two. Rewards count raw, as an experiment with
 * {@code normalise = false} trains them, and linearly. The reference's own samples are not needed,
 * for every row states its probability under the reference.
 */
final class ExactEvaluator implements Evaluator {

  private static final String UNDEFINED = "–";

  private final double confidence;

  ExactEvaluator(double confidence) {
    this.confidence = confidence;
  }

  @Override
  public Set<Responses> supportedResponses() {
    return Set.of(Responses.ENUMERATED);
  }

  /**
   * Evaluates a table of enumerated responses.
   *
   * @throws IllegalArgumentException if the table has no policy, leaves out a response, or has
   *     policies at different weightings or on different examples
   */
  @Override
  public Evaluation evaluate(SampleTable table) {
    return new Report(table.objectives(), values(table)).evaluation();
  }

  /** Returns the values by policy, seed and weighting. */
  private static Map<String, Map<Long, Map<Weighting, Values>>> values(SampleTable table) {
    Map<String, Map<Long, Map<Weighting, Map<String, List<Sample>>>>> rows = new TreeMap<>();
    for (Sample sample : table.samples()) {
      if (!sample.policy().equals(Sample.REFERENCE)) {
        rows.computeIfAbsent(sample.policy(), policy -> new TreeMap<>())
            .computeIfAbsent(sample.seed(), seed -> new LinkedHashMap<>())
            .computeIfAbsent(sample.weighting(), weighting -> new LinkedHashMap<>())
            .computeIfAbsent(sample.example(), example -> new ArrayList<>())
            .add(sample);
      }
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(
          "expected samples of at least one policy, but found none; run the experiment to its end");
    }
    Map<Long, Map<Weighting, Map<String, List<Sample>>>> first = rows.values().iterator().next();
    Map<Weighting, Map<String, List<Sample>>> expected = first.values().iterator().next();
    Map<String, Map<Long, Map<Weighting, Values>>> values = new LinkedHashMap<>();
    rows.forEach(
        (policy, seeds) ->
            seeds.forEach(
                (seed, weightings) -> {
                  requireSame(policy, seed, "weightings", expected.keySet(), weightings.keySet());
                  Map<Weighting, Values> front = new LinkedHashMap<>();
                  expected.forEach(
                      (weighting, examples) -> {
                        Map<String, List<Sample>> found = weightings.get(weighting);
                        requireSame(policy, seed, "examples", examples.keySet(), found.keySet());
                        front.put(
                            weighting,
                            Values.mean(found.values().stream().map(Values::of).toList()));
                      });
                  values.computeIfAbsent(policy, name -> new LinkedHashMap<>()).put(seed, front);
                }));
    return values;
  }

  private static void requireSame(
      String policy, long seed, String what, Set<?> expected, Set<?> found) {
    if (!expected.equals(found)) {
      throw new IllegalArgumentException(
          "policy '"
              + policy
              + "', seed "
              + seed
              + ": expected the same "
              + what
              + " as elsewhere in the table, "
              + expected
              + ", but found "
              + found
              + "; evaluate all policies alike");
    }
  }

  /** One evaluation in the making. */
  private final class Report {

    private final List<String> objectives;
    private final Map<String, Map<Long, Map<Weighting, Values>>> values;
    private final List<Weighting> grid;
    private final Map<String, Double> metrics = new TreeMap<>();

    Report(List<String> objectives, Map<String, Map<Long, Map<Weighting, Values>>> values) {
      this.objectives = objectives;
      this.values = values;
      this.grid =
          List.copyOf(values.values().iterator().next().values().iterator().next().keySet());
    }

    Evaluation evaluation() {
      List<Table> tables = List.of(summary(), byWeighting());
      return new Evaluation(metrics, tables, charts(), findings());
    }

    private Table summary() {
      List<List<String>> rows = new ArrayList<>();
      for (String policy : values.keySet()) {
        rows.add(
            List.of(
                policy,
                Integer.toString(values.get(policy).size()),
                cell(
                    "exact.gain-proportion." + policy + ".mean",
                    policy,
                    front -> mean(proportions(front))),
                cell(
                    "exact.gain-proportion." + policy + ".worst",
                    policy,
                    front -> min(proportions(front))),
                cell("exact.regret." + policy + ".mean", policy, front -> mean(regrets(front))),
                cell("exact.regret." + policy + ".worst", policy, front -> max(regrets(front)))));
      }
      return new Table(
          "Proportions of the attainable gain",
          "Proportion: (V(policy) - V(reference)) / (V* - V(reference)), 0 for the reference and 1 for"
              + " the optimal policy, whose value is V*. Regret: V* - V(policy), in units of the rewards, which"
              + " are raw and combined linearly. Mean and worst are over "
              + grid.size()
              + " weightings; no response is sampled. "
              + intervals(),
          List.of(
              "policy",
              "seeds",
              "mean proportion",
              "worst proportion",
              "mean regret",
              "worst regret"),
          rows);
    }

    private Table byWeighting() {
      List<String> columns = new ArrayList<>(List.of("weighting", "V(reference)", "V*"));
      values.keySet().forEach(policy -> columns.add("proportion of " + policy));
      List<List<String>> rows = new ArrayList<>();
      for (Weighting weighting : grid) {
        Values any = values.values().iterator().next().values().iterator().next().get(weighting);
        List<String> row =
            new ArrayList<>(
                List.of(weighting.toString(), number(any.reference()), number(any.best())));
        for (String policy : values.keySet()) {
          row.add(
              cell(
                  "exact.gain-proportion." + policy + "." + weighting,
                  policy,
                  front -> front.get(weighting).proportion().orElse(Double.NaN)));
        }
        rows.add(row);
      }
      return new Table(
          "Proportions by weighting",
          "A weighting is written as its weights, in the order of the objectives, then @ and its KL coefficient. "
              + intervals(),
          columns,
          rows);
    }

    private String intervals() {
      return "Means over seeds ± half the width of the Student-t "
          + number(100 * confidence)
          + " % interval; "
          + UNDEFINED
          + " where there is only one seed, or where the reference is optimal already.";
    }

    /** One chart per KL coefficient: with two objectives, a weighting is a place on a line. */
    private List<Chart> charts() {
      List<Chart> charts = new ArrayList<>();
      if (objectives.size() != 2) {
        return charts;
      }
      for (double klCoefficient :
          grid.stream().mapToDouble(Weighting::klCoefficient).distinct().toArray()) {
        List<Weighting> line =
            grid.stream()
                .filter(weighting -> weighting.klCoefficient() == klCoefficient)
                .sorted(Comparator.comparingDouble(weighting -> weighting.weight(0)))
                .toList();
        List<Series> series = new ArrayList<>();
        values.forEach(
            (policy, seeds) -> series.add(new Series(policy, true, points(policy, line))));
        charts.add(
            new Chart(
                "exact-gain-proportion-kl-" + number(klCoefficient),
                "Proportion of the attainable gain at KL coefficient " + number(klCoefficient),
                "weight of " + objectives.get(0),
                "proportion of the attainable gain",
                series));
      }
      return charts;
    }

    private List<Point> points(String policy, List<Weighting> line) {
      List<Point> points = new ArrayList<>();
      for (Weighting weighting : line) {
        Estimate proportion =
            estimate(policy, front -> front.get(weighting).proportion().orElse(Double.NaN));
        if (Double.isFinite(proportion.mean())) {
          points.add(
              new Point(
                  weighting.weight(0),
                  proportion.mean(),
                  0,
                  proportion.halfWidth().orElse(0),
                  weighting.toString()));
        }
      }
      return points;
    }

    private List<String> findings() {
      List<String> findings = new ArrayList<>();
      for (String policy : values.keySet()) {
        Estimate mean = estimate(policy, front -> mean(proportions(front)));
        if (Double.isFinite(mean.mean())) {
          Weighting worst =
              grid.stream()
                  .filter(weighting -> Double.isFinite(proportion(policy, weighting)))
                  .min(Comparator.comparingDouble(weighting -> proportion(policy, weighting)))
                  .orElseThrow();
          findings.add(
              policy
                  + " attains "
                  + percent(mean.mean())
                  + " of the attainable gain on average over the weightings; the least, "
                  + percent(proportion(policy, worst))
                  + ", is at "
                  + worst
                  + ".");
        }
      }
      return findings;
    }

    private double proportion(String policy, Weighting weighting) {
      return estimate(policy, front -> front.get(weighting).proportion().orElse(Double.NaN)).mean();
    }

    private Estimate estimate(String policy, ToDoubleFunction<Map<Weighting, Values>> measure) {
      return Estimate.of(
          values.get(policy).values().stream().mapToDouble(measure).boxed().toList(), confidence);
    }

    /** Returns a cell's text, and keeps its number as a metric unless it is undefined. */
    private String cell(
        String path, String policy, ToDoubleFunction<Map<Weighting, Values>> measure) {
      Estimate estimate = estimate(policy, measure);
      if (!Double.isFinite(estimate.mean())) {
        return UNDEFINED;
      }
      metrics.put(path, estimate.mean());
      estimate.halfWidth().ifPresent(halfWidth -> metrics.put(path + ".half-width", halfWidth));
      return number(estimate.mean())
          + " ± "
          + (estimate.halfWidth().isPresent()
              ? number(estimate.halfWidth().getAsDouble())
              : UNDEFINED);
    }
  }

  private static double[] proportions(Map<Weighting, Values> front) {
    return front.values().stream()
        .map(Values::proportion)
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .toArray();
  }

  private static double[] regrets(Map<Weighting, Values> front) {
    return front.values().stream().mapToDouble(Values::regret).toArray();
  }

  private static double mean(double[] values) {
    return DoubleStream.of(values).average().orElse(Double.NaN);
  }

  private static double min(double[] values) {
    return DoubleStream.of(values).min().orElse(Double.NaN);
  }

  private static double max(double[] values) {
    return DoubleStream.of(values).max().orElse(Double.NaN);
  }

  private static String percent(double proportion) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * proportion);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value)
        .replaceAll("(\\.\\d*?)0+$", "$1")
        .replaceAll("\\.$", "");
  }
}
