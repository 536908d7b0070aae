package dev.clp.runtime.report;

import dev.clp.api.Calibration;
import dev.clp.api.Evaluation;
import dev.clp.api.Evaluation.Chart;
import dev.clp.api.Evaluation.Point;
import dev.clp.api.Evaluation.Series;
import dev.clp.api.Evaluation.Table;
import dev.clp.api.PolicyCost;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.Weighting;
import dev.clp.runtime.report.ReportData.Fact;
import dev.clp.runtime.report.ReportData.NamedEvaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes reports of the shape that real runs have, from a made-up model of how policies steer.
 *
 * @param objectives one name per objective
 * @param policies one name per policy
 * @param seeds the number of training seeds
 * @param examples the number of prompts
 */
record SyntheticReport(List<String> objectives, List<String> policies, int seeds, int examples) {

  private static final int DIVISIONS = 10;

  private static final double KL_COEFFICIENT = 0.1;

  private static final List<String> SENTENCES =
      List.of(
          "The committee met on Thursday and postponed the vote until the audit is complete.",
          "Two members asked for the figures by department, which the office had not yet prepared.",
          "A revised budget will be circulated before the end of the month.",
          "Residents who had written letters were invited to speak at the next meeting.",
          "The chair thanked the volunteers and closed the session shortly after nine.");

  static SyntheticReport twoObjectives() {
    return new SyntheticReport(
        List.of("faithfulness", "brevity"),
        List.of("full-clp", "attn-clp", "rewarded-soups", "prompting"),
        3,
        8);
  }

  static SyntheticReport threeObjectives() {
    return new SyntheticReport(
        List.of("faithfulness", "brevity", "politeness"),
        List.of("full-clp", "attn-clp", "logit-clp", "rewarded-soups"),
        3,
        4);
  }

  ReportData data() {
    return new ReportData(
        "Steering summaries between " + String.join(" and ", objectives),
        "How far can one finetuned model move between summaries that repeat the source and"
            + " summaries that are short, and what does each way of conditioning it cost?\n\n"
            + "All policies start from the same reference and see the same prompts.",
        List.of(
            new Fact("Reference", "a small language model, 15 million parameters"),
            new Fact("Prompts", "2,000 for training, " + examples + " held out"),
            new Fact("Seeds", Integer.toString(seeds)),
            new Fact("KL coefficient", Double.toString(KL_COEFFICIENT)),
            new Fact("Steps", "400, each with 64 responses"),
            new Fact("Duration", "1 h 12 min on one device")),
        List.of(new NamedEvaluation("pareto", evaluation())),
        training(),
        table(),
        "experiment {\n  objectives = ["
            + String.join(", ", objectives)
            + "]\n  seeds = "
            + seeds
            + "\n  training { steps = 400, batch = 64 }\n}\n");
  }

  List<Weighting> weightings() {
    List<Weighting> grid = new ArrayList<>();
    if (objectives.size() == 2) {
      for (int i = 0; i <= DIVISIONS; i++) {
        grid.add(Weighting.ofProportions(new double[] {DIVISIONS - i, i}, KL_COEFFICIENT));
      }
    } else {
      for (int i = 0; i <= DIVISIONS; i++) {
        for (int j = 0; i + j <= DIVISIONS; j++) {
          grid.add(Weighting.ofProportions(new double[] {DIVISIONS - i - j, j, i}, KL_COEFFICIENT));
        }
      }
    }
    return grid;
  }

  /** A policy gains less than its weight asks for at the ends, and more the better it is. */
  private double mean(int policy, Weighting weighting, int objective) {
    double skill = 1.6 - 0.22 * policy;
    return 0.2 * objective + skill * Math.sqrt(weighting.weight(objective)) - 0.35;
  }

  private double halfWidth(int policy, int index) {
    return seeds == 1 ? 0 : 0.03 + 0.02 * policy + 0.012 * (index % 3);
  }

  private static double klDivergence(int policy, Weighting weighting) {
    double spread = weighting.weights().stream().mapToDouble(w -> w * w).sum();
    return 2 + 6 * spread - 0.7 * policy;
  }

  private Evaluation evaluation() {
    List<Chart> charts = new ArrayList<>();
    for (int x = 0; x < objectives.size(); x++) {
      for (int y = x + 1; y < objectives.size(); y++) {
        charts.add(front(x, y));
      }
    }
    for (int objective = 0; objective < objectives.size(); objective++) {
      charts.add(alongWeight(objective));
    }
    charts.add(klAlongWeight());
    return new Evaluation(
        Map.of("pareto.hypervolume.full-clp.mean", 4.21),
        List.of(measures(), costs(), returns()),
        charts,
        List.of(
            policies.get(0)
                + " has the largest hypervolume, 4.21 ± 0.08, and its interval lies apart from the"
                + " next policy's.",
            "The intervals of the other policies overlap, so their order is not settled by "
                + seeds
                + " seeds.",
            "Every policy's ends differ from the reference."));
  }

  private Chart front(int x, int y) {
    List<Series> series = new ArrayList<>();
    for (int p = 0; p < policies.size(); p++) {
      List<Point> points = new ArrayList<>();
      for (Weighting w : weightings()) {
        if (w.weight(x) + w.weight(y) > 1 - 1e-9) {
          double error = halfWidth(p, points.size());
          points.add(new Point(mean(p, w, x), mean(p, w, y), error, error, label(w)));
        }
      }
      series.add(new Series(policies.get(p), true, points));
    }
    series.add(
        new Series(
            Sample.REFERENCE, false, List.of(new Point(-0.05, 0.1, 0.04, 0.04, "reference"))));
    return new Chart(
        "front-" + objectives.get(x) + "-" + objectives.get(y),
        "Front of " + objectives.get(x) + " and " + objectives.get(y),
        "mean " + objectives.get(x),
        "mean " + objectives.get(y),
        series);
  }

  private Chart alongWeight(int objective) {
    int other = objective == 0 ? 1 : 0;
    List<Series> series = new ArrayList<>();
    for (int p = 0; p < policies.size(); p++) {
      List<Point> points = new ArrayList<>();
      for (int i = 0; i <= DIVISIONS; i++) {
        double[] weights = new double[objectives.size()];
        weights[objective] = i;
        weights[other] = DIVISIONS - i;
        Weighting w = Weighting.ofProportions(weights, KL_COEFFICIENT);
        points.add(
            new Point(w.weight(objective), mean(p, w, objective), 0, halfWidth(p, i), label(w)));
      }
      series.add(new Series(policies.get(p), true, points));
    }
    String name = objectives.get(objective);
    return new Chart(
        "along-" + name,
        "Mean " + name + " along its weight",
        "weight of " + name,
        "mean " + name,
        series);
  }

  private Chart klAlongWeight() {
    List<Series> series = new ArrayList<>();
    for (int p = 0; p < policies.size(); p++) {
      List<Point> points = new ArrayList<>();
      for (int i = 0; i <= DIVISIONS; i++) {
        double[] weights = new double[objectives.size()];
        weights[0] = i;
        weights[1] = DIVISIONS - i;
        Weighting w = Weighting.ofProportions(weights, KL_COEFFICIENT);
        points.add(new Point(w.weight(0), klDivergence(p, w), 0, 3 * halfWidth(p, i), label(w)));
      }
      series.add(new Series(policies.get(p), true, points));
    }
    return new Chart(
        "kl-along",
        "KL to the reference along the weighting",
        "weight of " + objectives.get(0),
        "KL (nats per response)",
        series);
  }

  private Table measures() {
    List<String> columns = new ArrayList<>(List.of("policy", "hypervolume", "non-dominated"));
    objectives.forEach(objective -> columns.add("steerability, " + objective));
    List<List<String>> rows = new ArrayList<>();
    for (int p = 0; p < policies.size(); p++) {
      List<String> row = new ArrayList<>();
      row.add(policies.get(p));
      row.add(format("%.2f ± %.2f", 4.21 - 0.4 * p, 0.08 + 0.03 * p));
      row.add(format("%.2f", 1 - 0.07 * p));
      for (int objective = 0; objective < objectives.size(); objective++) {
        row.add(p == 3 && objective == 1 ? "–" : format("%.3f", 1 - 0.02 * p));
      }
      rows.add(row);
    }
    return new Table(
        "Measures",
        "Intervals are 95 % Student-t over seeds; – where a measure is undefined. Hypervolume"
            + " against (0.0, 0.0), in units of the calibration deviation.",
        columns,
        rows);
  }

  private Table costs() {
    List<List<String>> rows = new ArrayList<>();
    for (int p = 0; p < policies.size(); p++) {
      rows.add(
          List.of(
              policies.get(p),
              format("%,d", 30_000_000L / (p + 1)),
              format("%,d", 45_000_000L / (p + 1)),
              format("%.0f", 1900.0 - 300 * p),
              format("%.2f", 3.1 + 0.2 * p),
              Integer.toString(1)));
    }
    return new Table(
        "Costs",
        "Seconds of one seed's training, its experts included.",
        List.of(
            "policy",
            "parameters trained",
            "parameters stored",
            "training (s)",
            "per token (ms)",
            "models per token"),
        rows);
  }

  private Table returns() {
    List<String> columns = new ArrayList<>(List.of("policy", "weighting"));
    columns.addAll(objectives);
    columns.addAll(List.of("KL (nats)", "tokens"));
    List<List<String>> rows = new ArrayList<>();
    for (int p = 0; p < policies.size(); p++) {
      for (Weighting w : weightings()) {
        List<String> row = new ArrayList<>(List.of(policies.get(p), w.toString()));
        for (int objective = 0; objective < objectives.size(); objective++) {
          row.add(format("%.3f ± %.3f", mean(p, w, objective), halfWidth(p, objective)));
        }
        row.add(format("%.2f", klDivergence(p, w)));
        row.add(format("%.1f", 60 - 35 * w.weight(1)));
        rows.add(row);
      }
    }
    return new Table("Returns per weighting", "Means over examples and seeds.", columns, rows);
  }

  private List<Chart> training() {
    List<Chart> charts = new ArrayList<>();
    List<String> quantities = new ArrayList<>(objectives);
    quantities.add("KL");
    for (int q = 0; q < quantities.size(); q++) {
      boolean divergence = q == objectives.size();
      Random random = new Random(q);
      List<Series> series = new ArrayList<>();
      for (int p = 0; p < policies.size(); p++) {
        List<Point> points = new ArrayList<>();
        for (int step = 0; step <= 400; step += 4) {
          double risen = 1 - Math.exp(-step / (80.0 + 25 * p));
          double y = (divergence ? 5.5 - 0.5 * p : 0.9 - 0.12 * p) * risen - (divergence ? 0 : 0.1);
          double noise = (divergence ? 0.12 : 0.03) * random.nextGaussian();
          double error = seeds == 1 ? 0 : (divergence ? 0.4 : 0.06) * (0.4 + risen);
          points.add(new Point(step, y + noise, 0, error, ""));
        }
        series.add(new Series(policies.get(p), true, points));
      }
      String name = quantities.get(q);
      charts.add(
          new Chart(
              "training-" + name.toLowerCase(Locale.ROOT),
              divergence ? "KL to the reference in training" : "Mean " + name + " in training",
              "step",
              divergence ? "KL (nats per response)" : "mean " + name,
              series));
    }
    return charts;
  }

  SampleTable table() {
    List<Sample> samples = new ArrayList<>();
    for (int example = 0; example < examples; example++) {
      samples.add(
          sample(Sample.REFERENCE, 0, 0, Weighting.balanced(objectives.size(), 1), example));
      for (int p = 0; p < policies.size(); p++) {
        for (int seed = 1; seed <= seeds; seed++) {
          for (Weighting w : weightings()) {
            samples.add(sample(policies.get(p), p, seed, w, example));
          }
        }
      }
    }
    return new SampleTable(
        objectives,
        objectives.stream().map(objective -> new Calibration(0.1, 0.5, -0.4)).toList(),
        policies.stream()
            .collect(Collectors.toMap(p -> p, p -> new PolicyCost(1000, 2000, 10, 2, 1, 1))),
        samples);
  }

  private Sample sample(String policy, int index, long seed, Weighting w, int example) {
    Random random = new Random(31L * example + 7 * seed + policy.hashCode());
    int length = (int) Math.round(1 + (SENTENCES.size() - 1) * (1 - w.weight(1)));
    String response =
        IntStream.range(0, length)
            .mapToObj(i -> SENTENCES.get((i + example) % SENTENCES.size()))
            .collect(Collectors.joining(" "));
    boolean reference = policy.equals(Sample.REFERENCE);
    List<Double> scores =
        IntStream.range(0, objectives.size())
            .mapToObj(i -> (reference ? 0.05 : mean(index, w, i)) + 0.2 * random.nextGaussian())
            .toList();
    double logProbability = -20 - 8 * length;
    return new Sample(
        policy,
        seed,
        w,
        "minutes-" + example,
        "Summarise the minutes of meeting " + (example + 1) + ".\n\n" + String.join(" ", SENTENCES),
        response,
        13 * length,
        scores,
        logProbability,
        reference ? logProbability : logProbability - klDivergence(index, w));
  }

  private static String label(Weighting weighting) {
    return "w = " + weighting;
  }

  private static String format(String pattern, Object... arguments) {
    return String.format(Locale.ROOT, pattern, arguments);
  }
}
