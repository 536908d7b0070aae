package dev.clp.plugins.samplers.adaptive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.ComponentContext;
import dev.clp.api.KlRange;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AdaptiveWeightSamplerTest {

  private static final KlRange FIXED = KlRange.fixed(0.5);
  private static final double KL = 0.5;

  private static ComponentContext context(int objectives, KlRange klCoefficients) {
    return new TestContext(
        IntStream.range(0, objectives).mapToObj(i -> "objective-" + i).toList(), klCoefficients);
  }

  private static WeightSampler bandit(int divisions, double exploration, KlRange klCoefficients) {
    return new BanditFactory()
        .create(
            new BanditOptions(new GridOfArms(divisions, 3, exploration, 0.5), 0.1),
            context(2, klCoefficients));
  }

  private static WeightSampler hypervolume(
      int divisions, double exploration, double reach, Double... reference) {
    return new HypervolumeFactory()
        .create(
            new HypervolumeOptions(
                new GridOfArms(divisions, 3, exploration, 0.5), reach, List.of(reference)),
            context(2, FIXED));
  }

  private static double[] probabilities(WeightSampler sampler) {
    return ((AdaptiveWeightSampler) sampler).probabilities();
  }

  private static void observe(WeightSampler sampler, double weight, double first, double second) {
    sampler.observe(
        new Weighting(List.of(weight, 1 - weight), KL),
        new float[] {(float) first, (float) second},
        0);
  }

  private static List<Weighting> draw(WeightSampler sampler, int draws) {
    SplittableRandom random = new SplittableRandom(1);
    return Stream.generate(() -> sampler.sample(random)).limit(draws).toList();
  }

  @Test
  void drawsEveryPointOfTheGridAlikeBeforeAnythingIsSeen() {
    int draws = 20_000;
    for (WeightSampler sampler : List.of(bandit(4, 0.2, FIXED), hypervolume(4, 0.2, 0.1))) {
      Map<Double, Long> counts =
          draw(sampler, draws).stream()
              .collect(Collectors.groupingBy(w -> w.weight(0), Collectors.counting()));
      assertThat(counts.keySet()).containsExactlyInAnyOrder(0.0, 0.25, 0.5, 0.75, 1.0);
      assertThat(counts.values())
          .allSatisfy(count -> assertThat(count / (double) draws).isCloseTo(0.2, within(0.02)));
    }
  }

  /**
   * The arm at (0.5, 0.5) has reached nothing, while each neighbour's rewards would be worth 0.5 *
   * 0.5 there; the arms at the ends are unbeaten.
   */
  @Test
  void theBanditDrawsByTheShortfall() {
    WeightSampler sampler = bandit(2, 0.3, FIXED);
    observe(sampler, 1, 1, 0);
    observe(sampler, 0.5, 0, 0);
    observe(sampler, 0, 0, 1);
    double lagging = Math.exp(0.25 / 0.1);
    assertThat(probabilities(sampler)[1])
        .isCloseTo(0.3 / 3 + 0.7 * lagging / (lagging + 2), within(1e-9));
    assertThat(probabilities(sampler)[0])
        .isCloseTo(0.3 / 3 + 0.7 / (lagging + 2), within(1e-9))
        .isEqualTo(probabilities(sampler)[2]);
    long middle = draw(sampler, 10_000).stream().filter(w -> w.weight(0) == 0.5).count();
    assertThat(middle / 10_000.0).isCloseTo(probabilities(sampler)[1], within(0.02));
  }

  /** What costs KL divergence is worth less to arms of a large KL coefficient. */
  @Test
  void theBanditCountsTheKlDivergence() {
    KlRange range = new KlRange(0, 0.9, KlRange.Scale.UNIFORM);
    WeightSampler sampler =
        new BanditFactory()
            .create(new BanditOptions(new GridOfArms(1, 2, 0.1, 0.5), 0.1), context(1, range));
    // Two arms, as there are two slices and one objective.
    sampler.observe(Weighting.balanced(1, 0.1), new float[] {1}, 2);
    sampler.observe(Weighting.balanced(1, 0.8), new float[] {0.9f}, 2.5);
    // At 0.8, 0.2 * 1 - 0.8 * 2 would exceed 0.2 * 0.9 - 0.8 * 2.5 by 0.42; at 0.1, the other way,
    // nothing would.
    double lagging = Math.exp(0.42 / 0.1);
    assertThat(probabilities(sampler)[1])
        .isCloseTo(0.1 / 2 + 0.9 * lagging / (lagging + 1), within(1e-6));
  }

  /**
   * The points (2, 0) and (0, 2) above the origin enclose nothing. Moved to a weighted sum 0.1
   * beyond the largest, the middle adds the rectangle of 1.1 by 1.1; the ends stay on the axes.
   */
  @Test
  void theHypervolumeSamplerDrawsByWhatIsAdded() {
    WeightSampler sampler = hypervolume(2, 0.4, 0.1, 0.0, 0.0);
    observe(sampler, 1, 2, 0);
    observe(sampler, 0.5, 0.3, 0.3);
    observe(sampler, 0, 0, 2);
    assertThat(probabilities(sampler)[1]).isCloseTo(0.4 / 3 + 0.6, within(1e-9));
    WeightSampler lower = hypervolume(2, 0.4, 0.1, -1.0, -1.0);
    observe(lower, 1, 2, 0);
    observe(lower, 0.5, 0.3, 0.3);
    observe(lower, 0, 0, 2);
    // Seen: 3 * 1 + 1 * 2 + the square from 0 to 0.3. The middle at (1.1, 1.1) covers 1.1 * 1.1 in
    // place of that square; the ends move from 2 to 2.1 and add 0.1 * 1.
    double middle = 1.1 * 1.1 - 0.3 * 0.3;
    assertThat(probabilities(lower)[1])
        .isCloseTo(0.4 / 3 + 0.6 * middle / (middle + 0.2), within(1e-6));
  }

  @Test
  void nothingToGainIsDrawnAlike() {
    WeightSampler sampler = hypervolume(2, 0.4, 0.1, 50.0, 50.0);
    observe(sampler, 1, 2, 0);
    assertThat(probabilities(sampler)).containsExactly(1 / 3.0, 1 / 3.0, 1 / 3.0);
  }

  @Test
  void anArmThatWasNotSeenCountsAsTheWorst() {
    WeightSampler sampler = bandit(2, 0.3, FIXED);
    observe(sampler, 1, 1, 0);
    observe(sampler, 0.5, 0, 0);
    assertThat(probabilities(sampler)[2])
        .isEqualTo(probabilities(sampler)[1])
        .isGreaterThan(probabilities(sampler)[0]);
  }

  @Test
  void averagesForget() {
    WeightSampler sampler = bandit(1, 0.5, FIXED);
    for (int i = 0; i < 50; i++) {
      observe(sampler, 1, 0, 1);
      observe(sampler, 0, 0, 1);
    }
    assertThat(probabilities(sampler)).containsExactly(0.5, 0.5);
    observe(sampler, 1, -1, 1);
    assertThat(probabilities(sampler)[0]).isGreaterThan(0.7);
    for (int i = 0; i < 50; i++) {
      observe(sampler, 1, 1, 0);
    }
    assertThat(probabilities(sampler)).containsExactly(0.5, 0.5);
  }

  /**
   * Training in miniature: an arm's policy comes a tenth of the way closer to its best with every
   * visit, ten times slower at one arm. That arm is visited more.
   */
  @Test
  void visitsGoWhereTheFrontLags() {
    int uniform = visits(bandit(4, 1, FIXED));
    for (WeightSampler sampler : List.of(bandit(4, 0.2, FIXED), hypervolume(4, 0.2, 0.1))) {
      assertThat(visits(sampler)).isGreaterThan(3 * uniform / 2);
    }
  }

  private static int visits(WeightSampler sampler) {
    SplittableRandom random = new SplittableRandom(7);
    double[] progress = new double[5];
    int slow = 0;
    for (int i = 0; i < 400; i++) {
      Weighting weighting = sampler.sample(random);
      int arm = (int) Math.round(weighting.weight(0) * 4);
      slow += arm == 2 ? 1 : 0;
      progress[arm] += (arm == 2 ? 0.01 : 0.1) * (1 - progress[arm]);
      double angle = Math.PI / 2 * (1 - weighting.weight(0));
      sampler.observe(
          weighting,
          new float[] {
            (float) (2 * progress[arm] * Math.cos(angle)),
            (float) (2 * progress[arm] * Math.sin(angle))
          },
          0);
    }
    return slow;
  }

  @Test
  void drawTheKlCoefficientFromTheWholeRange() {
    KlRange range = new KlRange(0.01, 0.9, KlRange.Scale.LOG_UNIFORM);
    for (WeightSampler sampler :
        List.of(
            bandit(4, 0.2, range),
            new HypervolumeFactory()
                .create(
                    new HypervolumeOptions(new GridOfArms(4, 3, 0.2, 0.5), 0.1, List.of()),
                    context(2, range)))) {
      List<Weighting> draws = draw(sampler, 20_000);
      assertThat(draws).allMatch(w -> w.klCoefficient() >= 0.01 && w.klCoefficient() <= 0.9);
      // The mean of a log-uniform number from a to b is (b - a) / log(b / a).
      assertThat(draws.stream().mapToDouble(Weighting::klCoefficient).average().orElseThrow())
          .isCloseTo(0.89 / Math.log(90), within(0.01));
      assertThat(draws.stream().map(Weighting::klCoefficient).distinct())
          .hasSizeGreaterThan(19_000);
    }
  }

  @Test
  void rejectMoreArmsThanTheyCanWeigh() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new BanditFactory()
                    .create(
                        new BanditOptions(new GridOfArms(20, 3, 0.2, 0.5), 0.1),
                        context(4, new KlRange(0, 1, KlRange.Scale.UNIFORM))))
        .withMessageContainingAll("'bandit'", "at most 1000", "make 5313", "lower divisions");
  }

  @Test
  void rejectsAReferencePointOfAnotherSize() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> hypervolume(4, 0.2, 0.1, 1.0))
        .withMessageContainingAll("'hypervolume'", "[1.0]", "give 2 numbers");
  }
}
