package dev.clp.plugins.samplers.dirichlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.ComponentContext;
import dev.clp.api.KlRange;
import dev.clp.api.NoOptions;
import dev.clp.api.Plugin;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DirichletWeightSamplerTest {

  private static final int DRAWS = 20_000;

  private static WeightSampler sampler(int objectives, double concentration, Double... each) {
    return new DirichletFactory()
        .create(new DirichletOptions(concentration, List.of(each)), context(objectives, 0.1, 0.5));
  }

  private static ComponentContext context(int objectives, double min, double max) {
    return new TestContext(
        IntStream.range(0, objectives).mapToObj(i -> "objective-" + i).toList(),
        new KlRange(min, max, KlRange.Scale.UNIFORM));
  }

  private static List<Weighting> draw(WeightSampler sampler, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return Stream.generate(() -> sampler.sample(random)).limit(DRAWS).toList();
  }

  @Test
  void isFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(Plugin.class)).hasAtLeastOneElementOfType(DirichletFactory.class);
  }

  /** The mean of component i is a_i / a_0 and its variance a_i (a_0 - a_i) / (a_0^2 (a_0 + 1)). */
  @Test
  void hasTheMomentsOfTheDistribution() {
    double[] concentrations = {0.5, 1, 2.5};
    List<Weighting> draws = draw(sampler(3, 1, 0.5, 1.0, 2.5), 1);
    for (int i = 0; i < 3; i++) {
      int objective = i;
      double mean = draws.stream().mapToDouble(w -> w.weight(objective)).average().orElseThrow();
      double variance =
          draws.stream()
              .mapToDouble(w -> Math.pow(w.weight(objective) - mean, 2))
              .average()
              .orElseThrow();
      double a = concentrations[i];
      assertThat(mean).isCloseTo(a / 4, within(0.01));
      assertThat(variance).isCloseTo(a * (4 - a) / (16 * 5), within(0.002));
    }
  }

  /** With concentration 1 and three objectives, P(w_0 < x) = 1 - (1 - x)^2. */
  @Test
  void isUniformOnTheSimplexAtConcentrationOne() {
    List<Weighting> draws = draw(sampler(3, 1), 2);
    for (double x : new double[] {0.1, 0.3, 0.5, 0.8}) {
      double proportion = draws.stream().filter(w -> w.weight(0) < x).count() / (double) DRAWS;
      assertThat(proportion).isCloseTo(1 - (1 - x) * (1 - x), within(0.015));
    }
  }

  @Test
  void uniformIsTheDirichletDistributionOfConcentrationOne() {
    ComponentContext context = context(3, 0.1, 0.5);
    assertThat(draw(new UniformFactory().create(new NoOptions(), context), 9))
        .isEqualTo(draw(sampler(3, 1), 9));
  }

  @Test
  void favoursTheCornersBelowOneAndTheMiddleAboveOne() {
    assertThat(draw(sampler(2, 0.01), 3))
        .filteredOn(w -> w.weight(0) < 0.01 || w.weight(0) > 0.99)
        .hasSizeGreaterThan(DRAWS * 9 / 10);
    assertThat(draw(sampler(2, 1000), 3)).allMatch(w -> Math.abs(w.weight(0) - 0.5) < 0.1);
  }

  @Test
  void drawsAtBothEndsOfTheRange() {
    assertThat(draw(sampler(2, 0.001), 8)).hasSize(DRAWS);
    assertThat(draw(sampler(2, 1e6), 8)).allMatch(w -> Math.abs(w.weight(0) - 0.5) < 0.01);
  }

  @Test
  void drawsTheKlCoefficientFromTheExperimentsRange() {
    List<Weighting> draws = draw(sampler(2, 1), 4);
    assertThat(draws).allMatch(w -> w.klCoefficient() >= 0.1 && w.klCoefficient() <= 0.5);
    assertThat(draws.stream().mapToDouble(Weighting::klCoefficient).average().orElseThrow())
        .isCloseTo(0.3, within(0.01));
  }

  @Test
  void dependsOnTheRandomStreamOnly() {
    WeightSampler sampler = sampler(3, 0.7);
    assertThat(draw(sampler, 5)).isEqualTo(draw(sampler, 5)).isNotEqualTo(draw(sampler, 6));
  }

  @Test
  void givesAllWeightToASingleObjective() {
    assertThat(draw(sampler(1, 1), 7)).allMatch(w -> w.weights().equals(List.of(1.0)));
  }

  @Test
  void rejectsAWrongNumberOfConcentrations() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler(3, 1, 1.0, 2.0))
        .withMessageContaining("[objective-0, objective-1, objective-2]")
        .withMessageContaining("[1.0, 2.0]")
        .withMessageContaining("give 3 numbers");
  }

  @Test
  void rejectsBothKindsOfConcentration() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler(2, 0.5, 1.0, 2.0))
        .withMessageContaining("remove one of them");
  }
}
