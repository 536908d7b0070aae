package dev.clp.plugins.samplers.fixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.clp.api.KlRange;
import dev.clp.api.Plugin;
import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FixedFactoryTest {

  private static final List<String> OBJECTIVES = List.of("accuracy", "brevity");

  private static WeightSampler sampler(KlRange klCoefficients, Double... weights) {
    return new FixedFactory()
        .create(new FixedOptions(List.of(weights)), new TestContext(OBJECTIVES, klCoefficients));
  }

  @Test
  void isFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(Plugin.class)).hasAtLeastOneElementOfType(FixedFactory.class);
  }

  @Test
  void returnsTheWeightsWithAFixedKlCoefficient() {
    assertThat(sampler(KlRange.fixed(0.2), 0.25, 0.75).sample(new SplittableRandom(1)))
        .isEqualTo(new Weighting(List.of(0.25, 0.75), 0.2));
  }

  @Test
  void drawsTheKlCoefficientFromTheExperimentsRange() {
    WeightSampler sampler = sampler(new KlRange(0.001, 0.5, KlRange.Scale.LOG_UNIFORM), 0.25, 0.75);
    SplittableRandom random = new SplittableRandom(2);
    List<Weighting> draws = Stream.generate(() -> sampler.sample(random)).limit(1000).toList();

    assertThat(draws).allMatch(w -> w.weights().equals(List.of(0.25, 0.75)));
    assertThat(draws.stream().map(Weighting::klCoefficient).distinct())
        .hasSizeGreaterThan(900)
        .allMatch(klCoefficient -> klCoefficient >= 0.001 && klCoefficient <= 0.5);
  }

  @Test
  void rejectsAWrongNumberOfWeights() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler(KlRange.fixed(0.1), 0.5, 0.25, 0.25))
        .withMessageContaining("[accuracy, brevity]")
        .withMessageContaining("[0.5, 0.25, 0.25]")
        .withMessageContaining("give 2 weights");
  }

  @Test
  void rejectsWeightsThatDoNotSumToOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sampler(KlRange.fixed(0.1), 1.0, 3.0))
        .withMessageContaining("sum to 4.0")
        .withMessageContaining("divide each by the sum");
  }
}
