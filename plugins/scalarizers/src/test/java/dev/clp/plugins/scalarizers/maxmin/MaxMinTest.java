package dev.clp.plugins.scalarizers.maxmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.clp.api.KlRange;
import dev.clp.api.NoOptions;
import dev.clp.api.Scalarizer;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaxMinTest {

  private final Scalarizer scalarizer =
      new MaxMinFactory()
          .create(new NoOptions(), new TestContext(List.of("a", "b", "c"), KlRange.fixed(0.1)));

  @Test
  void countsTheSmallestRewardWhateverTheWeights() {
    float[] rewards = {2, -1, 3};
    for (int i = 0; i < 3; i++) {
      Weighting corner = Weighting.corner(3, i, 0.1);
      assertThat(scalarizer.scalarize(rewards, corner)).isEqualTo(-1);
      assertThat(scalarizer.gradient(rewards, corner)).containsExactly(0, 1, 0);
    }
  }

  @Test
  void aTieGoesToOneOfTheEqual() {
    assertThat(scalarizer.gradient(new float[] {1, 0, 0}, Weighting.balanced(3, 0.1)))
        .containsExactly(0, 1, 0);
  }

  @Test
  void rejectsAWrongNumberOfRewards() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scalarizer.scalarize(new float[] {1}, Weighting.balanced(3, 0.1)))
        .withMessageContaining("[1.0]");
  }
}
