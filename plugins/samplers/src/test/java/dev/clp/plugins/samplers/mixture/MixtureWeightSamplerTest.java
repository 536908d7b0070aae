package dev.clp.plugins.samplers.mixture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.ComponentContext;
import dev.clp.api.KlRange;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MixtureWeightSamplerTest {

  private static final ComponentContext CONTEXT =
      new TestContext(List.of("a", "b"), new KlRange(0.1, 0.5, KlRange.Scale.LOG_UNIFORM));
  private static final Weighting CORNER = Weighting.corner(2, 0, 0.1);

  private final Part spread = Part.spread("spread");
  private final Part corner = Part.corner("corner");

  private WeightSampler mixture(Double... proportions) {
    return new MixtureFactory()
        .create(new MixtureOptions(List.of(spread, corner), List.of(proportions)), CONTEXT);
  }

  private static List<Weighting> draw(WeightSampler sampler, int draws) {
    SplittableRandom random = new SplittableRandom(1);
    return Stream.generate(() -> sampler.sample(random)).limit(draws).toList();
  }

  private static double proportionOfCorners(List<Weighting> draws) {
    return draws.stream().filter(w -> w.weight(0) == 1).count() / (double) draws.size();
  }

  @Test
  void drawsFromEachByItsProportion() {
    assertThat(proportionOfCorners(draw(mixture(3.0, 1.0), 20_000))).isCloseTo(0.25, within(0.01));
    assertThat(proportionOfCorners(draw(mixture(), 20_000))).isCloseTo(0.5, within(0.01));
    assertThat(proportionOfCorners(draw(mixture(0.0, 0.1), 1000))).isEqualTo(1);
    assertThat(proportionOfCorners(draw(mixture(7.0, 0.0), 1000))).isZero();
  }

  /** The mean of a log-uniform number from a to b is (b - a) / log(b / a). */
  @Test
  void itsPartsDrawTheKlCoefficientFromTheExperimentsRange() {
    List<Weighting> draws = draw(mixture(), 20_000);
    assertThat(draws).allMatch(w -> w.klCoefficient() >= 0.1 && w.klCoefficient() <= 0.5);
    assertThat(draws.stream().mapToDouble(Weighting::klCoefficient).average().orElseThrow())
        .isCloseTo(0.4 / Math.log(5), within(0.005));
  }

  @Test
  void tellsWhatWasAchievedToThePartThatDrew() {
    WeightSampler sampler = mixture();
    List<Weighting> draws = draw(sampler, 100);
    // All drawn before any is observed, as in a step of training, and in another order.
    for (int i = draws.size() - 1; i >= 0; i--) {
      sampler.observe(draws.get(i), new float[] {1, 2}, 0.5);
    }
    assertThat(corner.observed()).hasSizeBetween(25, 75).allMatch(w -> w.weight(0) == 1);
    assertThat(spread.observed())
        .hasSize(100 - corner.observed().size())
        .allMatch(w -> w.weight(0) < 1);
  }

  @Test
  void theSameWeightingOfTwoPartsIsToldToEachOnce() {
    Part other = Part.corner("other");
    WeightSampler sampler =
        new MixtureFactory()
            .create(
                new MixtureOptions(List.of(corner, other), List.of()),
                new TestContext(List.of("a", "b"), KlRange.fixed(0.1)));
    List<Weighting> draws = draw(sampler, 100);
    assertThat(draws).containsOnly(CORNER);
    draws.forEach(weighting -> sampler.observe(weighting, new float[] {1, 2}, 0.5));
    assertThat(corner.observed().size() + other.observed().size()).isEqualTo(100);
    assertThat(corner.observed()).hasSizeBetween(25, 75);
  }

  @Test
  void rejectsAnObservationWithoutADraw() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mixture().observe(CORNER, new float[] {1, 2}, 0.5))
        .withMessageContainingAll("1:0@0.1", "draw before observing");
  }

  @Test
  void rejectsAWrongNumberOfProportions() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mixture(1.0))
        .withMessageContainingAll("[spread, corner]", "[1.0]", "give 2 numbers");
  }

  @Test
  void rejectsProportionsThatSumToNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mixture(0.0, 0.0))
        .withMessageContainingAll("[0.0, 0.0]", "above 0");
  }
}
