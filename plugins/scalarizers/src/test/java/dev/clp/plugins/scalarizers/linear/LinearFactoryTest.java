package dev.clp.plugins.scalarizers.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.KlRange;
import dev.clp.api.NoOptions;
import dev.clp.api.Plugin;
import dev.clp.api.Scalarizer;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class LinearFactoryTest {

  private final Scalarizer scalarizer =
      new LinearFactory()
          .create(new NoOptions(), new TestContext(List.of("a", "b"), KlRange.fixed(0.1)));

  @Test
  void isFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(Plugin.class)).hasAtLeastOneElementOfType(LinearFactory.class);
  }

  @Test
  void sumsTheRewardsByTheirWeights() {
    Weighting weighting = new Weighting(List.of(0.25, 0.75), 0.9);
    assertThat(scalarizer.scalarize(new float[] {2, -4}, weighting)).isCloseTo(-2.5, within(1e-9));
  }

  @Test
  void itsGradientIsTheWeights() {
    Weighting weighting = new Weighting(List.of(0.25, 0.75), 0.9);
    assertThat(scalarizer.gradient(new float[] {2, -4}, weighting)).containsExactly(0.25, 0.75);
  }

  @Test
  void rejectsAWrongNumberOfRewards() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scalarizer.scalarize(new float[] {1}, Weighting.balanced(2, 0)))
        .withMessageContaining("expected 2 values, but got 1");
  }
}
