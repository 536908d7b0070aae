package dev.clp.runtime.diagnostics;

import static dev.clp.runtime.diagnostics.Numbers.number;

import dev.clp.api.Evaluation;
import dev.clp.api.Evaluation.Chart;
import dev.clp.api.Evaluation.Series;
import dev.clp.api.Evaluation.Table;
import dev.clp.api.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the rewards are distributed under the reference, and how they correlate: what can be known of
 * objectives before anything is trained.
 */
public final class RewardDiagnostics {

  private final List<Distribution> distributions = new ArrayList<>();
  private final List<Correlation> correlations = new ArrayList<>();
  private final int responses;
  private final int examples;

  /** A sentence, and whether it is a warning before training begins. */
  private record Finding(String text, boolean warning) {}

  private RewardDiagnostics(List<String> objectives, List<Sample> samples) {
    responses = samples.size();
    examples = (int) samples.stream().map(Sample::example).distinct().count();
    List<double[]> scores = new ArrayList<>();
    for (int i = 0; i < objectives.size(); i++) {
      int objective = i;
      scores.add(samples.stream().mapToDouble(sample -> sample.scores().get(objective)).toArray());
      distributions.add(Distribution.of(objectives.get(i), scores.get(i)));
      for (int other = 0; other < i; other++) {
        correlations.add(
            Correlation.of(
                objectives.get(other),
                scores.get(other),
                objectives.get(i),
                scores.get(i),
                examples));
      }
    }
  }

  /**
   * Looks at scores.
   *
   * @param objectives the names of the objectives, in order
   * @param samples the reference's responses, at least two
   */
  public static RewardDiagnostics of(List<String> objectives, List<Sample> samples) {
    return new RewardDiagnostics(objectives, samples);
  }

  /** Returns what a user should know before training, a line each; often nothing. */
  public List<String> warnings() {
    return findings().stream().filter(Finding::warning).map(Finding::text).toList();
  }

  /** Returns figures, tables, a histogram of each reward, and findings. */
  public Evaluation evaluation() {
    Map<String, Double> metrics = new TreeMap<>();
    for (Correlation pair : correlations) {
      String key = pair.first() + ":" + pair.second();
      metrics.put("rewards.pearson." + key, pair.pearson().value());
      metrics.put("rewards.spearman." + key, pair.spearman().value());
    }
    for (Distribution each : distributions) {
      metrics.put(
          "rewards.most-frequent-proportion." + each.objective(), each.mostFrequentProportion());
    }
    // A reward that never varies has no correlation, and JSON no word for that.
    metrics.values().removeIf(value -> !Double.isFinite(value));
    List<Table> tables = new ArrayList<>();
    tables.add(distributionTable());
    if (!correlations.isEmpty()) {
      tables.add(correlationTable());
    }
    return new Evaluation(
        metrics,
        tables,
        distributions.stream().map(RewardDiagnostics::chart).toList(),
        findings().stream().map(Finding::text).toList());
  }

  private List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    for (Distribution each : distributions) {
      if (each.mostFrequentProportion() > Limits.MOST_FREQUENT) {
        findings.add(
            new Finding(
                each.objective()
                    + " is nearly constant: "
                    + number(each.mostFrequent())
                    + " for "
                    + Numbers.percent(each.mostFrequentProportion())
                    + " of the reference's responses; training can hardly raise it",
                true));
      }
    }
    for (Correlation pair : correlations) {
      double value = pair.pearson().value();
      String names = pair.first() + " and " + pair.second();
      String figure = ": correlation " + pair.pearson() + " under the reference";
      if (value > Limits.SAME) {
        findings.add(
            new Finding(
                names + " are nearly the same" + figure + "; one of them may be left out", true));
      } else if (value < Limits.CONFLICT) {
        findings.add(
            new Finding(
                names
                    + " conflict strongly"
                    + figure
                    + "; a policy that raises one is likely to lower the other",
                true));
      } else if (value < -Limits.NOTABLE) {
        findings.add(new Finding(names + " conflict" + figure, false));
      } else if (value > Limits.NOTABLE) {
        findings.add(new Finding(names + " rise together" + figure, false));
      }
    }
    return findings;
  }

  private Table distributionTable() {
    return new Table(
        "Rewards under the reference",
        "Raw scores of "
            + responses
            + " responses to "
            + examples
            + " examples, measured before training. A reward is called nearly constant if its most"
            + " frequent value has more than "
            + Numbers.percent(Limits.MOST_FREQUENT)
            + ".",
        List.of(
            "Objective",
            "Mean",
            "Standard deviation",
            "Minimum",
            "Lower quartile",
            "Median",
            "Upper quartile",
            "Maximum",
            "Mode",
            "Proportion of the mode"),
        distributions.stream()
            .map(
                each ->
                    List.of(
                        each.objective(),
                        number(each.scores().getMean()),
                        number(each.scores().getStandardDeviation()),
                        number(each.scores().getMin()),
                        number(each.scores().getPercentile(25)),
                        number(each.scores().getPercentile(50)),
                        number(each.scores().getPercentile(75)),
                        number(each.scores().getMax()),
                        number(each.mostFrequent()),
                        Numbers.percent(each.mostFrequentProportion())))
            .toList());
  }

  private Table correlationTable() {
    return new Table(
        "Correlations of rewards under the reference",
        "Over the same responses, with intervals of 95 % in which each example counts once. Two"
            + " rewards are called nearly the same above "
            + Limits.SAME
            + ", and said to conflict below "
            + -Limits.NOTABLE
            + ", strongly below "
            + Limits.CONFLICT
            + " (Pearson).",
        List.of("Objectives", "Pearson", "Spearman"),
        correlations.stream()
            .map(
                pair ->
                    List.of(
                        pair.first() + " and " + pair.second(),
                        pair.pearson().toString(),
                        pair.spearman().toString()))
            .toList());
  }

  private static Chart chart(Distribution distribution) {
    return new Chart(
        "rewards-" + distribution.objective(),
        distribution.objective() + " under the reference",
        distribution.objective() + ", raw score",
        "proportion of responses",
        List.of(new Series(Sample.REFERENCE, true, distribution.histogram())));
  }
}
