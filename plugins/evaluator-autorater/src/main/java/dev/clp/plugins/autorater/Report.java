package dev.clp.plugins.autorater;

import dev.clp.api.Evaluation;
import dev.clp.api.Evaluation.Chart;
import dev.clp.api.Evaluation.Point;
import dev.clp.api.Evaluation.Series;
import dev.clp.api.Evaluation.Table;
import dev.clp.api.Weighting;
import dev.clp.plugins.autorater.Judge.Judged;
import dev.clp.plugins.autorater.WinRate.Interval;
import dev.clp.plugins.autorater.WinRate.Item;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Writes the metrics, tables, chart and findings. */
final class Report {

  private static final String OVERALL = AutoraterOptions.OVERALL;

  /** Half the pairs: neither is better. */
  private static final double EVEN = 0.5;

  private final AutoraterOptions options;
  private final Judge judge;
  private final Pairs pairs;
  private final List<Item> items;
  private final Judged judged;
  private final List<String> objectives;
  private final Map<String, Double> metrics = new LinkedHashMap<>();

  /** The win rate by the whole, over all weightings, of each policy that has pairs. */
  private final Map<String, WinRate> wholes = new LinkedHashMap<>();

  /** The same by weighting. */
  private final Map<String, Map<Weighting, WinRate>> byWeighting = new LinkedHashMap<>();

  Report(
      AutoraterOptions options,
      Judge judge,
      Pairs pairs,
      List<Item> items,
      Judged judged,
      List<String> objectives) {
    this.options = options;
    this.judge = judge;
    this.pairs = pairs;
    this.items = items;
    this.judged = judged;
    this.objectives = objectives;
    for (String policy : pairs.policies()) {
      List<Item> ofPolicy = of(policy, pair -> true);
      if (!ofPolicy.isEmpty()) {
        wholes.put(policy, WinRate.of(ofPolicy, OVERALL, options));
        Map<Weighting, WinRate> rates = new TreeMap<>(Pairs.ORDER);
        for (Item item : ofPolicy) {
          Weighting weighting = item.pair().weighting();
          rates.computeIfAbsent(
              weighting,
              w -> WinRate.of(of(policy, pair -> pair.weighting().equals(w)), OVERALL, options));
        }
        byWeighting.put(policy, rates);
      }
    }
  }

  private List<Item> of(String policy, Predicate<Pair> condition) {
    return items.stream()
        .filter(item -> item.pair().policy().policy().equals(policy))
        .filter(item -> condition.test(item.pair()))
        .toList();
  }

  Evaluation evaluation() {
    List<Table> tables = new ArrayList<>();
    tables.add(winRates());
    if (judge.criteria().size() > 1) {
      tables.add(criteria());
    }
    tables.add(cost());
    return new Evaluation(metrics, tables, chart(), findings());
  }

  private String interval() {
    return Text.number(100 * options.confidence()) + " % interval";
  }

  private Table winRates() {
    List<List<String>> rows = new ArrayList<>();
    wholes.forEach(
        (policy, rate) -> {
          put(policy, rate);
          rows.add(row(policy, "all", rate));
          byWeighting
              .get(policy)
              .forEach(
                  (weighting, part) -> {
                    put(policy + "." + weighting, part);
                    rows.add(row(policy, weighting.toString(), part));
                  });
        });
    return new Table(
        "Win rates against " + pairs.baseline(),
        "Judge: "
            + judge.name()
            + ". The win rate is the number of wins and half the ties, divided by that of the pairs with a"
            + " verdict; at 50 % neither side is better. "
            + judge.note()
            + " The "
            + interval()
            + " is a bootstrap interval over examples, of "
            + Text.count(options.resamples())
            + " resamples; it has no width where all examples agree. A weighting is written as its"
            + " weights, in the order of the objectives, then @ and its KL coefficient.",
        List.of(
            "policy",
            "weighting",
            "win rate",
            interval(),
            "wins",
            "ties",
            "losses",
            "no verdict",
            "order flips"),
        rows);
  }

  private static List<String> row(String policy, String weighting, WinRate rate) {
    return List.of(
        policy,
        weighting,
        Text.percent(rate.rate()),
        Text.interval(rate.interval()),
        Text.count(rate.wins()),
        Text.count(rate.ties()),
        Text.count(rate.losses()),
        Text.count(rate.withoutVerdict()),
        Text.percent(rate.flipProportion()));
  }

  private void put(String path, WinRate rate) {
    rate.rate().ifPresent(value -> metrics.put("autorater.win-rate." + path, value));
    rate.interval()
        .ifPresent(
            interval -> {
              metrics.put("autorater.win-rate." + path + ".low", interval.low());
              metrics.put("autorater.win-rate." + path + ".high", interval.high());
            });
    rate.flipProportion().ifPresent(value -> metrics.put("autorater.order-flips." + path, value));
    metrics.put("autorater.no-verdict." + path, (double) rate.withoutVerdict());
    metrics.put("autorater.pairs." + path, (double) rate.pairs());
  }

  private Table criteria() {
    List<List<String>> rows = new ArrayList<>();
    for (String policy : wholes.keySet()) {
      for (String criterion : judge.criteria()) {
        WinRate rate = WinRate.of(of(policy, pair -> true), criterion, options);
        if (!criterion.equals(OVERALL)) {
          put(policy + ".by-" + criterion, rate);
        }
        rows.add(row(policy, criterion, rate));
      }
    }
    return new Table(
        "Win rates against " + pairs.baseline() + " by criterion",
        "Judge: " + judge.name() + ". Over all weightings; as above.",
        List.of(
            "policy",
            "criterion",
            "win rate",
            interval(),
            "wins",
            "ties",
            "losses",
            "no verdict",
            "order flips"),
        rows);
  }

  private Table cost() {
    metrics.put("autorater.answers", (double) judged.usage().answers());
    metrics.put("autorater.input-tokens", (double) judged.usage().inputTokens());
    metrics.put("autorater.output-tokens", (double) judged.usage().outputTokens());
    judged.cost().ifPresent(cost -> metrics.put("autorater.cost", cost));
    return new Table(
        "Cost of the judge",
        "Tokens are those that the service reports, of all answers behind these verdicts, whenever"
            + " they were given; the cost follows from the prices in the options.",
        List.of("judge", "pairs", "answers", "input tokens", "output tokens", "cost"),
        List.of(
            List.of(
                judge.name(),
                Text.count(items.size()),
                Text.count(judged.usage().answers()),
                Text.count(judged.usage().inputTokens()),
                Text.count(judged.usage().outputTokens()),
                judged.cost().map(Text::number).orElse(Text.UNDEFINED))));
  }

  /** Draws win rates along the weight of the first objective, where that tells weightings apart. */
  private List<Chart> chart() {
    List<Series> series = new ArrayList<>();
    byWeighting.forEach(
        (policy, rates) -> {
          List<Point> points = new ArrayList<>();
          rates.forEach(
              (weighting, rate) ->
                  rate.rate()
                      .ifPresent(
                          value ->
                              points.add(
                                  new Point(
                                      weighting.weight(0),
                                      value,
                                      0,
                                      rate.interval().map(Report::halfWidth).orElse(0.0),
                                      weighting.toString()))));
          if (points.stream().map(Point::x).distinct().count() == points.size()
              && points.size() > 1) {
            series.add(new Series(policy, true, points));
          }
        });
    return series.isEmpty()
        ? List.of()
        : List.of(
            new Chart(
                "autorater-win-rate",
                "Win rate against " + pairs.baseline() + " by " + judge.name(),
                "weight of " + objectives.get(0),
                "proportion of pairs won, ties counted half",
                series));
  }

  private static double halfWidth(Interval interval) {
    return (interval.high() - interval.low()) / 2;
  }

  private List<String> findings() {
    List<String> findings = new ArrayList<>();
    wholes.forEach((policy, rate) -> findings.add(finding(policy, rate)));
    WinRate all = WinRate.of(items, OVERALL, options);
    all.flipProportion()
        .filter(proportion -> proportion > 0)
        .ifPresent(
            proportion ->
                findings.add(
                    "The order of the two responses changed the judge's verdict in "
                        + Text.percent(proportion)
                        + " of "
                        + Text.count(all.asked())
                        + " pairs, which count as ties"
                        + (proportion > EVEN
                            ? ": the judge's verdicts depend more on the order than on the responses."
                            : ".")));
    int equal = all.pairs() - all.withoutVerdict() - all.asked();
    if (equal > 0) {
      findings.add(
          "In "
              + Text.count(equal)
              + " of "
              + Text.count(all.pairs())
              + " pairs the responses are equal: a tie, without asking the judge.");
    }
    if (all.withoutVerdict() > 0) {
      findings.add(
          Text.count(all.withoutVerdict())
              + " of "
              + Text.count(all.pairs())
              + " pairs have no verdict and count for neither side.");
    }
    List<String> refusals = judged.refusals();
    if (!refusals.isEmpty()) {
      findings.add(
          "The judge's service refused "
              + Text.count(refusals.size())
              + " question(s), which leaves their pairs without a verdict; the next evaluation asks"
              + " again. The last: "
              + refusals.get(refusals.size() - 1)
              + ".");
    }
    if (pairs.available() > items.size()) {
      findings.add(
          Text.count(items.size())
              + " of "
              + Text.count(pairs.available())
              + " pairs were judged, as max-pairs allows.");
    }
    List<String> without =
        pairs.policies().stream().filter(policy -> !wholes.containsKey(policy)).toList();
    if (!without.isEmpty()) {
      findings.add("No pair of " + String.join(", ", without) + " was judged: no win rate.");
    }
    return findings;
  }

  private String finding(String policy, WinRate rate) {
    if (rate.rate().isEmpty()) {
      return "The judge (" + judge.name() + ") gave no verdict on any pair of " + policy + ".";
    }
    double value = rate.rate().get();
    String fact =
        "By the judge ("
            + judge.name()
            + "), "
            + policy
            + "'s win rate against "
            + pairs.baseline()
            + " is "
            + Text.percent(value)
            + " over "
            + Text.count(rate.wins() + rate.ties() + rate.losses())
            + " pairs";
    if (rate.interval().isEmpty()) {
      return fact + "; one example gives no interval, and the difference may be due to chance.";
    }
    Interval interval = rate.interval().get();
    String range = fact + "; the " + interval() + ", " + Text.interval(rate.interval()) + ", ";
    if (interval.low() > EVEN) {
      return range + "lies above 50 %.";
    }
    return interval.high() < EVEN
        ? range + "lies below 50 %."
        : range + "contains 50 %: no difference is shown.";
  }
}
