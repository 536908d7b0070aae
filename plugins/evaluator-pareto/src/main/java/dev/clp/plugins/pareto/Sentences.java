package dev.clp.plugins.pareto;

import dev.clp.api.PolicyCost;
import dev.clp.api.Weighting;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/** Says what the numbers support, and where a difference lies within the intervals. */
final class Sentences {

  private final String interval;

  /**
   * @param interval the interval's name, such as {@code 95 % interval}
   */
  Sentences(String interval) {
    this.interval = interval;
  }

  /**
   * Says which policy is best by one measure, whether its interval overlaps the next's, and whose
   * further down it does not.
   *
   * @param measure the measure's name
   * @param estimates the measure of every policy, at least one
   */
  String ranking(String measure, Map<String, Estimate> estimates) {
    return ranking(measure, rank(estimates));
  }

  /** Says of which policies the steerability is undefined, and why. */
  String unsteerable(List<String> policies) {
    return "The mean steerability is undefined for "
        + String.join(", ", policies)
        + ": for at least one seed, a reward or KL stays the same along its weight.";
  }

  /**
   * Says for each objective whether a policy, where that objective weighs most, differs from the
   * reference.
   *
   * @param policy the policy's name
   * @param ends per objective
   */
  String ends(String policy, List<End> ends) {
    return "At the ends of "
        + policy
        + "'s front, "
        + ends.stream().map(this::end).collect(Collectors.joining("; "))
        + ".";
  }

  /**
   * One end of a front.
   *
   * @param objective the objective's name
   * @param label the weighting's name
   * @param policy the policy's mean reward there
   * @param reference the reference's mean reward
   */
  record End(String objective, String label, Estimate policy, Estimate reference) {}

  /** Returns where the grid weighs an objective most, at the smallest KL coefficient. */
  static int end(List<Weighting> grid, int objective) {
    int end = 0;
    for (int i = 1; i < grid.size(); i++) {
      Weighting best = grid.get(end);
      Weighting other = grid.get(i);
      int order = Double.compare(other.weight(objective), best.weight(objective));
      if (order > 0 || (order == 0 && other.klCoefficient() < best.klCoefficient())) {
        end = i;
      }
    }
    return end;
  }

  private String end(End end) {
    Estimate policy = end.policy();
    Estimate reference = end.reference();
    String fact = end.objective() + " at " + end.label() + " is " + Text.inSentence(policy) + ", ";
    String other = "the reference's " + Text.inSentence(reference);
    if (policy.halfWidth().isEmpty()) {
      return fact + other + " (one seed: no " + interval + ")";
    }
    if (policy.isApartFrom(reference)) {
      return fact + (policy.mean() > reference.mean() ? "above " : "below ") + other;
    }
    return fact + "indistinguishable from " + other;
  }

  private static List<Map.Entry<String, Estimate>> rank(Map<String, Estimate> estimates) {
    return estimates.entrySet().stream()
        .sorted(
            Comparator.comparing(
                Map.Entry::getValue, Comparator.comparingDouble(Estimate::mean).reversed()))
        .toList();
  }

  private String ranking(String measure, List<Map.Entry<String, Estimate>> ranked) {
    Estimate best = ranked.get(0).getValue();
    String first = ranked.get(0).getKey();
    String value = Text.inSentence(best);
    if (ranked.size() == 1) {
      return "The " + measure + " of " + first + " is " + value + ".";
    }
    List<String> tied =
        ranked.stream()
            .filter(entry -> best.equalsUpToRounding(entry.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    if (tied.size() > 1) {
      return String.join(" and ", tied) + " share the largest " + measure + ", " + value + ".";
    }
    Estimate next = ranked.get(1).getValue();
    String fact =
        first
            + " has the largest "
            + measure
            + ", "
            + value
            + ", before "
            + ranked.get(1).getKey()
            + "'s "
            + Text.inSentence(next);
    if (best.halfWidth().isEmpty() || next.halfWidth().isEmpty()) {
      return fact + "; with one seed there is no " + interval + ", so the order may be chance.";
    }
    String comparison =
        best.isApartFrom(next)
            ? fact + "; the " + interval + "s do not overlap."
            : fact + "; the " + interval + "s overlap, so the order may be chance.";
    List<String> below =
        ranked.stream()
            .skip(2)
            .filter(entry -> best.isApartFrom(entry.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    return below.isEmpty()
        ? comparison
        : comparison + " Lower, without overlap: " + String.join(", ", below) + ".";
  }

  /**
   * Says which of the policies that the intervals do not tell from the best trains the fewest
   * parameters.
   *
   * @param measure the measure's name
   * @param estimates the measure of every policy
   * @param costs what policies cost
   * @return nothing if the best is alone
   */
  static Optional<String> leanest(
      String measure, Map<String, Estimate> estimates, Map<String, PolicyCost> costs) {
    Estimate best = rank(estimates).get(0).getValue();
    if (best.halfWidth().isEmpty()) {
      return Optional.empty();
    }
    List<String> among =
        estimates.keySet().stream()
            .filter(policy -> costs.containsKey(policy))
            .filter(policy -> !best.isApartFrom(estimates.get(policy)))
            .toList();
    return among.size() < 2
        ? Optional.empty()
        : among.stream()
            .min(Comparator.comparingLong(policy -> costs.get(policy).trainedParameters()))
            .map(
                policy ->
                    "Among the "
                        + among.size()
                        + " policies whose "
                        + measure
                        + " is indistinguishable from the largest, "
                        + policy
                        + " trains the fewest parameters, "
                        + Text.number(costs.get(policy).trainedParameters())
                        + ".");
  }

  /** Says what a token costs the policies that run several models, beside those that run one. */
  static Optional<String> severalModels(Map<String, PolicyCost> costs) {
    double[] ofOne =
        costs.values().stream()
            .filter(cost -> cost.modelsPerToken() == 1)
            .mapToDouble(PolicyCost::millisecondsPerToken)
            .toArray();
    List<String> several =
        costs.entrySet().stream()
            .filter(entry -> entry.getValue().modelsPerToken() > 1)
            .sorted(Map.Entry.comparingByKey())
            .map(
                entry ->
                    entry.getKey()
                        + " runs "
                        + entry.getValue().modelsPerToken()
                        + " models per token and takes "
                        + Text.number(
                            entry.getValue().millisecondsPerToken() / new Median().evaluate(ofOne))
                        + " times as long")
            .toList();
    return several.isEmpty() || ofOne.length == 0
        ? Optional.empty()
        : Optional.of(
            String.join("; ", several)
                + " as a policy of one model does at the median, "
                + Text.number(new Median().evaluate(ofOne))
                + " ms.");
  }
}
