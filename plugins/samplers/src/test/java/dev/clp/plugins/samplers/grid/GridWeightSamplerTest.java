package dev.clp.plugins.samplers.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.KlRange;
import dev.clp.api.Plugin;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GridWeightSamplerTest {

  private static WeightSampler sampler(int objectives, int divisions, KlRange klCoefficients) {
    List<String> names = IntStream.range(0, objectives).mapToObj(i -> "objective-" + i).toList();
    return new GridFactory()
        .create(new GridOptions(divisions), new TestContext(names, klCoefficients));
  }

  private static List<Weighting> draw(WeightSampler sampler, long seed, int draws) {
    SplittableRandom random = new SplittableRandom(seed);
    return Stream.generate(() -> sampler.sample(random)).limit(draws).toList();
  }

  @Test
  void isFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(Plugin.class)).hasAtLeastOneElementOfType(GridFactory.class);
  }

  @Test
  void drawsEveryPointOfTheGridEquallyOften() {
    int draws = 30_000;
    Map<List<Double>, Long> counts =
        draw(sampler(3, 4, KlRange.fixed(0.1)), 1, draws).stream()
            .collect(Collectors.groupingBy(Weighting::weights, Collectors.counting()));

    assertThat(counts.keySet())
        .containsExactlyInAnyOrder(
            List.of(1.0, 0.0, 0.0),
            List.of(0.75, 0.25, 0.0),
            List.of(0.75, 0.0, 0.25),
            List.of(0.5, 0.5, 0.0),
            List.of(0.5, 0.25, 0.25),
            List.of(0.5, 0.0, 0.5),
            List.of(0.25, 0.75, 0.0),
            List.of(0.25, 0.5, 0.25),
            List.of(0.25, 0.25, 0.5),
            List.of(0.25, 0.0, 0.75),
            List.of(0.0, 1.0, 0.0),
            List.of(0.0, 0.75, 0.25),
            List.of(0.0, 0.5, 0.5),
            List.of(0.0, 0.25, 0.75),
            List.of(0.0, 0.0, 1.0));
    assertThat(counts.values())
        .allSatisfy(count -> assertThat(count / (double) draws).isCloseTo(1 / 15.0, within(0.01)));
  }

  @Test
  void returnsTheVeryNumbersOfTheGrid() {
    assertThat(
            draw(sampler(2, 10, KlRange.fixed(0.1)), 2, 1000).stream()
                .collect(Collectors.toMap(w -> w.weight(0), Function.identity(), (a, b) -> a))
                .keySet())
        .containsExactlyInAnyOrder(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0);
  }

  @Test
  void drawsTheKlCoefficientFromTheExperimentsRange() {
    KlRange range = new KlRange(0.1, 0.5, KlRange.Scale.UNIFORM);
    assertThat(
            draw(sampler(2, 10, range), 3, 1000).stream().map(Weighting::klCoefficient).distinct())
        .hasSizeGreaterThan(900)
        .allMatch(klCoefficient -> klCoefficient >= 0.1 && klCoefficient <= 0.5);
  }

  @Test
  void dependsOnTheRandomStreamOnly() {
    WeightSampler sampler = sampler(3, 10, KlRange.fixed(0.1));
    assertThat(draw(sampler, 4, 100))
        .isEqualTo(draw(sampler, 4, 100))
        .isNotEqualTo(draw(sampler, 5, 100));
  }

  @Test
  void givesAllWeightToASingleObjective() {
    assertThat(draw(sampler(1, 10, KlRange.fixed(0.1)), 6, 10))
        .allMatch(w -> w.weights().equals(List.of(1.0)));
  }
}
