package dev.clp.plugins.samplers.corners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.KlRange;
import dev.clp.api.NoOptions;
import dev.clp.api.Plugin;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CornersFactoryTest {

  private static final KlRange RANGE = new KlRange(0.1, 0.5, KlRange.Scale.UNIFORM);

  private static List<Weighting> draw(long seed, int draws, String... objectives) {
    WeightSampler sampler =
        new CornersFactory().create(new NoOptions(), new TestContext(List.of(objectives), RANGE));
    SplittableRandom random = new SplittableRandom(seed);
    return Stream.generate(() -> sampler.sample(random)).limit(draws).toList();
  }

  @Test
  void isFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(Plugin.class)).hasAtLeastOneElementOfType(CornersFactory.class);
  }

  @Test
  void drawsEveryCornerEquallyOften() {
    int draws = 9_000;
    Map<List<Double>, Long> counts =
        draw(1, draws, "a", "b", "c").stream()
            .collect(Collectors.groupingBy(Weighting::weights, Collectors.counting()));

    assertThat(counts.keySet())
        .containsExactlyInAnyOrder(
            List.of(1.0, 0.0, 0.0), List.of(0.0, 1.0, 0.0), List.of(0.0, 0.0, 1.0));
    assertThat(counts.values())
        .allSatisfy(count -> assertThat(count / (double) draws).isCloseTo(1 / 3.0, within(0.03)));
  }

  @Test
  void drawsTheKlCoefficientFromTheExperimentsRange() {
    assertThat(draw(2, 1000, "a", "b").stream().map(Weighting::klCoefficient).distinct())
        .hasSizeGreaterThan(900)
        .allMatch(klCoefficient -> klCoefficient >= 0.1 && klCoefficient <= 0.5);
  }

  @Test
  void dependsOnTheRandomStreamOnly() {
    assertThat(draw(3, 100, "a", "b"))
        .isEqualTo(draw(3, 100, "a", "b"))
        .isNotEqualTo(draw(4, 100, "a", "b"));
  }
}
