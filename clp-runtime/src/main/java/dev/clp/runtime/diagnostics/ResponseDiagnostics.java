package dev.clp.runtime.diagnostics;

import static dev.clp.runtime.diagnostics.Numbers.fixed;
import static dev.clp.runtime.diagnostics.Numbers.number;

import dev.clp.api.Calibration;
import dev.clp.api.Evaluation;
import dev.clp.api.Evaluation.Table;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How diverse, how long and how far from the reference the responses of each policy are: where a
 * reward rises while diversity falls or length or KL grow, the policy exploits the reward (reward
 * hacking).
 *
 * <p>Everything is measured for one weighting and seed at a time, so that equal numbers of
 * responses are compared, and one bad seed is seen.
 */
public final class ResponseDiagnostics {

  private final SampleTable table;
  private final int maxNewTokens;

  /** The fewest samples of a place: runs that are compared may differ in them. */
  private final int equalCount;

  /** Samples by policy and place, both in the table's order. */
  private final Map<String, Map<Place, List<Sample>>> policies = new LinkedHashMap<>();

  /** Where a policy was asked. */
  private record Place(Weighting weighting, long seed) {

    @Override
    public String toString() {
      return weighting + " (seed " + seed + ")";
    }
  }

  private ResponseDiagnostics(SampleTable table, int maxNewTokens) {
    this.table = table;
    this.maxNewTokens = maxNewTokens;
    for (Sample sample : table.samples()) {
      policies
          .computeIfAbsent(sample.policy(), name -> new LinkedHashMap<>())
          .computeIfAbsent(new Place(sample.weighting(), sample.seed()), place -> new ArrayList<>())
          .add(sample);
    }
    equalCount =
        policies.values().stream()
            .flatMap(places -> places.values().stream())
            .mapToInt(List::size)
            .min()
            .orElse(0);
  }

  /**
   * Holds every policy's responses against the reference's.
   *
   * @param table samples that were drawn, those of the reference among them
   * @param maxNewTokens the longest response in tokens
   */
  public static Evaluation of(SampleTable table, int maxNewTokens) {
    return new ResponseDiagnostics(table, maxNewTokens).evaluation();
  }

  private Evaluation evaluation() {
    Map<ResponseMeasure, Double> reference = new LinkedHashMap<>();
    for (ResponseMeasure measure : ResponseMeasure.values()) {
      reference.put(measure, mean(along(Sample.REFERENCE, measure).values()));
    }
    Map<String, Double> metrics = new TreeMap<>();
    List<List<String>> rows = new ArrayList<>();
    List<String> findings = new ArrayList<>();
    for (String policy : policies.keySet()) {
      List<String> row = new ArrayList<>(List.of(policy));
      for (ResponseMeasure measure : ResponseMeasure.values()) {
        Map<Place, Double> values = along(policy, measure);
        double mean = mean(values.values());
        if (Double.isFinite(mean)) {
          metrics.put("responses." + measure.inMetrics() + "." + policy, mean);
        }
        if (policy.equals(Sample.REFERENCE)) {
          row.add(fixed(mean));
        } else {
          Place worst = worst(measure, values);
          row.add(fixed(mean) + " (" + fixed(values.get(worst)) + ")");
          double limit = measure.limit(reference.get(measure));
          if (measure.isBeyond(values.get(worst), limit)) {
            findings.add(finding(policy, measure, values, worst, limit, reference.get(measure)));
          }
        }
      }
      rows.add(row);
    }
    List<String> columns = new ArrayList<>(List.of("Policy"));
    for (ResponseMeasure measure : ResponseMeasure.values()) {
      columns.add(measure.column());
    }
    return new Evaluation(
        metrics, List.of(new Table("Responses", note(), columns, rows)), List.of(), findings);
  }

  /** Returns a measure at each place where a policy was asked. */
  private Map<Place, Double> along(String policy, ResponseMeasure measure) {
    Map<Place, Double> values = new LinkedHashMap<>();
    policies
        .get(policy)
        .forEach(
            (place, samples) ->
                values.put(place, measure.of(samples.subList(0, equalCount), maxNewTokens)));
    return values;
  }

  private static Place worst(ResponseMeasure measure, Map<Place, Double> values) {
    Place worst = values.keySet().iterator().next();
    for (Place place : values.keySet()) {
      // Any number is worse than none.
      if (measure.isBeyond(values.get(place), values.get(worst))
          || Double.isNaN(values.get(worst))) {
        worst = place;
      }
    }
    return worst;
  }

  private String finding(
      String policy,
      ResponseMeasure measure,
      Map<Place, Double> values,
      Place worst,
      double limit,
      double reference) {
    long beyond = values.values().stream().filter(value -> measure.isBeyond(value, limit)).count();
    double gain = gain(policy, worst);
    return String.format(
        Locale.ROOT,
        "%s: %s is %s at %s (reference %s, limit %s; beyond it at %d of %d weightings and seeds),"
            + " while its weighted reward there is %.2f standard deviations %s the reference's; %s",
        policy,
        measure.inSentence(),
        fixed(values.get(worst)),
        worst,
        fixed(reference),
        fixed(limit),
        beyond,
        values.size(),
        Math.abs(gain),
        gain > 0 ? "above" : "below",
        gain > 0
            ? "read its samples there; if they exploit the reward, mend the reward or raise kl"
            : "read its samples there, and train with a lower learning rate");
  }

  /**
   * Returns the weighted reward less the reference's, in standard deviations under the reference.
   */
  private double gain(String policy, Place place) {
    double gain = 0;
    for (int i = 0; i < table.objectives().size(); i++) {
      Calibration scale = table.calibration().get(i);
      int objective = i;
      double reached =
          mean(
              policies.get(policy).get(place).stream()
                  .map(sample -> sample.scores().get(objective))
                  .toList());
      double before =
          mean(
              policies.get(Sample.REFERENCE).values().stream()
                  .flatMap(List::stream)
                  .map(sample -> sample.scores().get(objective))
                  .toList());
      gain += place.weighting().weight(i) * (reached - before) / scale.standardDeviation();
    }
    return gain;
  }

  private static String note() {
    return String.format(
        Locale.ROOT,
        "The mean over weightings and seeds, and in brackets the worst of them. Distinct-n: the"
            + " number of different n-grams of words, divided by that of all, for equal numbers of"
            + " responses. Repetition:"
            + " the proportion of 3-grams that repeat an earlier one of their response. Shared:"
            + " responses also given to another example. Cut: responses as long as they may be. KL"
            + " in nats. Findings name policies whose distinct-2 is below %s times the reference's,"
            + " whose repetition exceeds the reference's by %s or whose shared responses do by %s,"
            + " whose mean length is above %s times the reference's, or whose KL is above %s nats"
            + " per token.",
        number(Limits.DISTINCT_FRACTION),
        number(Limits.REPETITION),
        number(Limits.SHARED),
        number(Limits.LENGTH_FACTOR),
        number(Limits.KL_PER_TOKEN));
  }

  /** Returns the mean of the finite values. */
  private static double mean(Collection<Double> values) {
    return values.stream()
        .mapToDouble(Double::doubleValue)
        .filter(Double::isFinite)
        .average()
        .orElse(Double.NaN);
  }
}
