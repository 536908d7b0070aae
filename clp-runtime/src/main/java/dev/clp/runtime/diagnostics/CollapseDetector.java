package dev.clp.runtime.diagnostics;

import dev.clp.runtime.training.StepReport;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Watches one unit's training for a policy that collapses: one that moves far from the reference,
 * or whose responses lose diversity or grow long.
 *
 * <p>The last {@value #WINDOW} steps are held against the first {@value #WINDOW}, when a policy is
 * still close to what it started from. What is said depends on the steps alone, so a log that is
 * read again says the same.
 */
public final class CollapseDetector {

  /** The steps whose mean is judged. */
  static final int WINDOW = 10;

  private final String unit;
  private final List<Map<String, Double>> first = new ArrayList<>();
  private final List<Map<String, Double>> last = new ArrayList<>();
  private final Set<Kind> said = EnumSet.noneOf(Kind.class);
  private int step;

  /** What can go wrong, each said at most once. */
  private enum Kind {
    DIVERGENCE,
    DIVERSITY,
    LENGTH
  }

  /**
   * Begins before the first step.
   *
   * @param unit the name of policy and seed that warnings begin with
   */
  public CollapseDetector(String unit) {
    this.unit = unit;
  }

  /**
   * Returns all warnings of a training, in order.
   *
   * @param log the metrics of its steps, from the first
   */
  public static List<String> of(String unit, List<Map<String, Double>> log) {
    CollapseDetector detector = new CollapseDetector(unit);
    return log.stream().flatMap(metrics -> detector.observe(metrics).stream()).toList();
  }

  /** Takes in the metrics of the next step and returns the warnings they give rise to. */
  public List<String> observe(Map<String, Double> metrics) {
    step++;
    if (first.size() < WINDOW) {
      first.add(metrics);
      return List.of();
    }
    last.add(metrics);
    if (last.size() < WINDOW) {
      return List.of();
    }
    List<String> warnings = new ArrayList<>();
    double tokens = mean(last, StepReport.RESPONSE_TOKENS);
    double klPerToken = mean(last, StepReport.KL_DIVERGENCE) / tokens;
    if (klPerToken > Limits.KL_PER_TOKEN && said.add(Kind.DIVERGENCE)) {
      warnings.add(
          warning("KL is %.2f nats per token (limit %.1f)", klPerToken, Limits.KL_PER_TOKEN));
    }
    // NaN, which compares as false, where distinct-2 was not measured.
    double before = mean(first, StepReport.DISTINCT_2);
    double now = mean(last, StepReport.DISTINCT_2);
    if (now < Limits.DISTINCT_FRACTION * before && said.add(Kind.DIVERSITY)) {
      warnings.add(
          warning(
              "distinct-2 of its responses fell from %.3f to %.3f (limit: %.1f times)",
              before, now, Limits.DISTINCT_FRACTION));
    }
    double tokensBefore = mean(first, StepReport.RESPONSE_TOKENS);
    if (tokens > Limits.LENGTH_FACTOR * tokensBefore && said.add(Kind.LENGTH)) {
      warnings.add(
          warning(
              "its responses grew from %.1f to %.1f tokens (limit: %.1f times)",
              tokensBefore, tokens, Limits.LENGTH_FACTOR));
    }
    last.remove(0);
    return warnings;
  }

  private String warning(String found, Object... figures) {
    double gain = mean(last, StepReport.WEIGHTED_REWARD) - mean(first, StepReport.WEIGHTED_REWARD);
    return String.format(
        Locale.ROOT,
        "%s, step %d: %s while its weighted reward %s by %.2f since the start; %s",
        unit,
        step,
        String.format(Locale.ROOT, found, figures),
        gain > 0 ? "rose" : "fell",
        Math.abs(gain),
        gain > 0
            ? "read the samples; if they exploit the reward, mend the reward or raise kl"
            : "read the samples, and lower training.learning-rate");
  }

  private static double mean(List<Map<String, Double>> steps, String metric) {
    return steps.stream()
        .map(metrics -> metrics.get(metric))
        .filter(Objects::nonNull)
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(Double.NaN);
  }
}
