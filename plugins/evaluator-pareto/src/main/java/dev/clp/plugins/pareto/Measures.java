package dev.clp.plugins.pareto;

import dev.clp.api.Calibration;
import dev.clp.api.Weighting;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The measures of one policy, each a mean over its seeds; empty where undefined for some seed.
 *
 * @param seeds the number of seeds
 * @param hypervolume the volume between the reference point and the front, in products of the
 *     objectives' standard deviations, and of nats where KL has a limit
 * @param igd the distance of the reference front from the front; see {@link Front#igd}
 * @param igdPlus see {@link Front#igdPlus}
 * @param additiveEpsilon see {@link Front#additiveEpsilon}
 * @param nonDominatedRatio the proportion of the policy's own points that none of its others
 *     dominates
 * @param spans per objective, the largest less the smallest mean reward, in standard deviations
 * @param spacing Schott's spacing of the non-dominated points
 * @param steerability per knob, the rank correlation with its response
 * @param monotoneProportion per knob, the proportion of its steps that raise its response
 * @param meanSteerability the mean of {@code steerability} over the knobs
 * @param klDivergence the mean KL divergence over the weightings, in nats per response
 * @param innerProduct the mean of {@code w . E[R]} over the weightings, in the rewards' own units
 * @param value the mean value V over the weightings, with rewards normalised as in {@link #valueOf}
 */
record Measures(
    int seeds,
    Estimate hypervolume,
    Estimate igd,
    Estimate igdPlus,
    Estimate additiveEpsilon,
    Estimate nonDominatedRatio,
    List<Estimate> spans,
    Optional<Estimate> spacing,
    List<Optional<Estimate>> steerability,
    List<Optional<Estimate>> monotoneProportion,
    Optional<Estimate> meanSteerability,
    Optional<Estimate> klDivergence,
    Estimate innerProduct,
    Optional<Estimate> value) {

  /**
   * Takes the measures.
   *
   * @param fronts per seed, one outcome per point of the grid
   * @param reference the reference front, along the axes of the hypervolume
   */
  static Measures of(
      Collection<List<Outcome>> fronts,
      Space space,
      Front reference,
      List<Calibration> calibration,
      double confidence) {
    Function<ToDoubleFunction<List<Outcome>>, Estimate> estimate =
        measure -> Estimate.of(fronts.stream().map(measure::applyAsDouble).toList(), confidence);
    Function<Function<List<Outcome>, OptionalDouble>, Optional<Estimate>> estimateIfDefined =
        measure -> Estimate.ofDefined(fronts.stream().map(measure).toList(), confidence);
    return new Measures(
        fronts.size(),
        estimate.apply(front -> Front.of(front, space.volume()).hypervolume()),
        estimate.apply(front -> Front.of(front, space.volume()).igd(reference)),
        estimate.apply(front -> Front.of(front, space.volume()).igdPlus(reference)),
        estimate.apply(front -> Front.of(front, space.volume()).additiveEpsilon(reference)),
        estimate.apply(front -> Front.resolved(front, space.front()).nonDominatedRatio()),
        space.rewards().stream().map(axis -> estimate.apply(front -> span(front, axis))).toList(),
        estimateIfDefined.apply(front -> Front.resolved(front, space.front()).spacing()),
        space.knobs().stream()
            .map(knob -> estimateIfDefined.apply(front -> curve(front, knob).rankCorrelation()))
            .toList(),
        space.knobs().stream()
            .map(knob -> estimateIfDefined.apply(front -> curve(front, knob).monotoneProportion()))
            .toList(),
        estimateIfDefined.apply(front -> meanSteerability(front, space.knobs())),
        estimateIfDefined.apply(front -> meanOfDefined(front, Outcome::klDivergence)),
        estimate.apply(
            front -> front.stream().mapToDouble(Outcome::innerProduct).average().orElseThrow()),
        estimateIfDefined.apply(
            front -> meanOfDefined(front, outcome -> valueOf(outcome, calibration))));
  }

  /**
   * Returns {@code V = (1 - a) w . r - a KL} of the weights w and the KL coefficient a, {@code},
   * with the rewards r normalised to {@code (value - mean) / standardDeviation} of the calibration;
   * empty where it depends on a KL that is not estimated.
   */
  static OptionalDouble valueOf(Outcome outcome, List<Calibration> calibration) {
    Weighting weighting = outcome.weighting();
    double reward =
        IntStream.range(0, calibration.size())
            .mapToDouble(
                i ->
                    weighting.weight(i)
                        * (outcome.rewards().get(i) - calibration.get(i).mean())
                        / calibration.get(i).standardDeviation())
            .sum();
    if (weighting.klCoefficient() > 0 && outcome.klDivergence().isEmpty()) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        (1 - weighting.klCoefficient()) * reward
            - weighting.klCoefficient() * outcome.klDivergence().orElse(0));
  }

  private static Curve curve(List<Outcome> front, Knob knob) {
    return Curve.of(
        front,
        outcome -> knob.position().applyAsDouble(outcome.weighting()),
        knob.response().merit(),
        knob.response().magnitude());
  }

  private static double span(List<Outcome> front, Axis axis) {
    return front.stream().mapToDouble(axis.merit()).max().orElseThrow()
        - front.stream().mapToDouble(axis.merit()).min().orElseThrow();
  }

  private static OptionalDouble meanSteerability(List<Outcome> front, List<Knob> knobs) {
    return meanOfDefined(knobs, knob -> curve(front, knob).rankCorrelation());
  }

  /** Returns a mean; nothing where any value is undefined, or there is none. */
  private static <T> OptionalDouble meanOfDefined(
      List<T> items, Function<T, OptionalDouble> value) {
    List<OptionalDouble> values = items.stream().map(value).toList();
    return values.stream().allMatch(OptionalDouble::isPresent)
        ? values.stream().mapToDouble(OptionalDouble::getAsDouble).average()
        : OptionalDouble.empty();
  }
}
