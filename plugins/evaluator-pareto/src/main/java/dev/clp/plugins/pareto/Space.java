package dev.clp.plugins.pareto;

import dev.clp.api.Calibration;
import dev.clp.api.SampleTable;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The axes and knobs of an experiment.
 *
 * <p>Where the KL coefficient is a knob, or there is but one objective, a policy trades reward
 * against KL: then KL is an axis of the front, beside the rewards.
 *
 * @param rewards one axis per objective; merit is {@code (value - floor) / standardDeviation}
 * @param klDivergence the mean KL divergence from the reference, in nats; merit is its negative;
 *     empty where it is not estimated, and then neither the front nor the knobs have to do with it
 * @param front the axes that points of a front compare along
 * @param volume the axes of the hypervolume, each from its reference point on
 * @param knobs what varies in the grid: weights of objectives, then the KL coefficient
 */
record Space(
    List<Axis> rewards,
    Optional<Axis> klDivergence,
    List<Axis> front,
    List<Axis> volume,
    List<Knob> knobs) {

  /**
   * Finds the axes.
   *
   * @param klLimit what KL is measured from, in nats, where it is an axis of the hypervolume
   * @throws IllegalArgumentException if there is a limit of a KL that is not estimated
   */
  static Space of(SampleTable table, Outcomes outcomes, Optional<Double> klLimit) {
    List<Axis> rewards =
        IntStream.range(0, table.objectives().size())
            .mapToObj(i -> reward(i, table.objectives().get(i), table.calibration().get(i)))
            .toList();
    Optional<Axis> klDivergence =
        outcomes.isKlEstimated() ? Optional.of(klAxis()) : Optional.empty();
    List<Knob> knobs = new ArrayList<>();
    for (int i = 0; i < rewards.size(); i++) {
      int objective = i;
      Axis axis = rewards.get(i);
      knobs.add(new Knob(axis.name(), "weight of " + axis.name(), w -> w.weight(objective), axis));
    }
    klDivergence.ifPresent(
        axis ->
            knobs.add(
                new Knob("kl-coefficient", "KL coefficient", Weighting::klCoefficient, axis)));
    knobs.removeIf(knob -> !varies(knob, outcomes.grid()));

    List<Axis> front = new ArrayList<>(rewards);
    klDivergence
        .filter(
            axis -> rewards.size() == 1 || knobs.stream().anyMatch(k -> k.response().equals(axis)))
        .ifPresent(axis -> front.add(0, axis));
    List<Axis> volume = new ArrayList<>(rewards);
    klLimit.ifPresent(limit -> volume.add(limited(klDivergence, limit)));
    return new Space(
        rewards, klDivergence, List.copyOf(front), List.copyOf(volume), List.copyOf(knobs));
  }

  private static boolean varies(Knob knob, List<Weighting> grid) {
    return grid.stream().mapToDouble(knob.position()).distinct().count() > 1;
  }

  private static Axis reward(int objective, String name, Calibration calibration) {
    return new Axis(
        name,
        "mean " + name,
        outcome -> outcome.rewards().get(objective),
        outcome ->
            (outcome.rewards().get(objective) - calibration.floor())
                / calibration.standardDeviation(),
        outcome ->
            Math.max(Math.abs(outcome.rewards().get(objective)), Math.abs(calibration.floor()))
                / calibration.standardDeviation());
  }

  private static Axis klAxis() {
    return new Axis(
        "kl-to-reference",
        "KL to the reference (nats)",
        outcome -> outcome.klDivergence().orElseThrow(),
        outcome -> -outcome.klDivergence().orElseThrow(),
        Outcome::logProbability);
  }

  private static Axis limited(Optional<Axis> klDivergence, double limit) {
    return klDivergence
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "evaluator 'pareto' has kl-limit = "
                        + limit
                        + ", but the KL divergence is not estimated: "
                        + Outcomes.UNKNOWN_DISTRIBUTION
                        + "; remove kl-limit, or sample with temperature = 1, top-k = 0 and top-p ="
                        + " 1"))
        .from(limit);
  }
}
