package dev.clp.runtime.diagnostics;

import dev.clp.runtime.training.StepReport;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Watches one unit's training for a policy that pleases its reward and nobody else: one that runs
 * away from the reference, or whose responses become monotonous or long.
 *
 * <p>The last {@value #WINDOW} steps are held against the first {@value #WINDOW}, when a policy is
 * still close to what it started from. What is said depends on the steps alone, so a log that is
 * read again says the same.
 */
public final class CollapseWatch {

  /** The steps whose mean is judged. */
  static final int WINDOW = 10;

  private final String unit;
  private final List<StepReport> first = new ArrayList<>();
  private final List<StepReport> last = new ArrayList<>();
  private final Set<Kind> said = EnumSet.noneOf(Kind.class);

  /** What can go wrong, each said at most once. */
  private enum Kind {
    DIVERGENCE,
    MONOTONY,
    LENGTH
  }

  /**
   * Begins before the first step.
   *
   * @param unit the name of policy and seed that warnings begin with
   */
  public CollapseWatch(String unit) {
    this.unit = unit;
  }

  /** Returns all warnings of a training, in order. */
  public static List<String> of(String unit, List<StepReport> log) {
    CollapseWatch watch = new CollapseWatch(unit);
    return log.stream().flatMap(report -> watch.observe(report).stream()).toList();
  }

  /** Takes the next step in and returns what it gives reason to say, a line each. */
  public List<String> observe(StepReport report) {
    if (first.size() < WINDOW) {
      first.add(report);
      return List.of();
    }
    last.add(report);
    if (last.size() < WINDOW) {
      return List.of();
    }
    List<String> warnings = new ArrayList<>();
    double tokens = mean(last, StepReport.Part::tokens);
    double kl = mean(last, StepReport.Part::kl) / tokens;
    if (kl > Limits.KL_PER_TOKEN && said.add(Kind.DIVERGENCE)) {
      warnings.add(
          warning(report, "KL is %.2f nats per token (limit %.1f)", kl, Limits.KL_PER_TOKEN));
    }
    OptionalDouble before = distinct2(first);
    OptionalDouble now = distinct2(last);
    if (before.isPresent()
        && now.isPresent()
        && now.getAsDouble() < Limits.DISTINCT_FRACTION * before.getAsDouble()
        && said.add(Kind.MONOTONY)) {
      warnings.add(
          warning(
              report,
              "distinct-2 of its responses fell from %.3f to %.3f (limit: %.1f times)",
              before.getAsDouble(),
              now.getAsDouble(),
              Limits.DISTINCT_FRACTION));
    }
    double tokensBefore = mean(first, StepReport.Part::tokens);
    if (tokens > Limits.LENGTH_FACTOR * tokensBefore && said.add(Kind.LENGTH)) {
      warnings.add(
          warning(
              report,
              "its responses grew from %.1f to %.1f tokens (limit: %.1f times)",
              tokensBefore,
              tokens,
              Limits.LENGTH_FACTOR));
    }
    last.remove(0);
    return warnings;
  }

  private String warning(StepReport report, String found, Object... figures) {
    double gain = mean(last, CollapseWatch::reward) - mean(first, CollapseWatch::reward);
    return String.format(
        Locale.ROOT,
        "%s, step %d: %s while its weighted reward %s by %.2f since the start; %s",
        unit,
        report.step(),
        String.format(Locale.ROOT, found, figures),
        gain > 0 ? "rose" : "fell",
        Math.abs(gain),
        gain > 0
            ? "raise kl, check what the reward likes, look at the samples"
            : "lower training.learning-rate, look at the samples");
  }

  /** The weighted sum of the rewards as training sees them, whatever the scalarizer. */
  private static double reward(StepReport.Part part) {
    double sum = 0;
    for (int i = 0; i < part.normalised().size(); i++) {
      sum += part.weighting().weight(i) * part.normalised().get(i);
    }
    return sum;
  }

  private static double mean(List<StepReport> steps, ToDoubleFunction<StepReport.Part> value) {
    return steps.stream()
        .flatMap(step -> step.parts().stream())
        .mapToDouble(value)
        .average()
        .orElse(0);
  }

  private static OptionalDouble distinct2(List<StepReport> steps) {
    return steps.stream()
        .flatMap(step -> step.parts().stream())
        .map(StepReport.Part::distinct2)
        .flatMapToDouble(OptionalDouble::stream)
        .average();
  }
}
