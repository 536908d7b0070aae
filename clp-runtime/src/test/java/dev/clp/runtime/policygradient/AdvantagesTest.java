package dev.clp.runtime.policygradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clp.runtime.config.PolicyGradientOptions.Estimator;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdvantagesTest {

  private static final double[] RETURNS = {1, 3, 8, -2, 0, 5};
  private static final double[] EQUAL = {1 / 6., 1 / 6., 1 / 6., 1 / 6., 1 / 6., 1 / 6.};

  @Test
  void reinforceSubtractsTheMeanOfTheBatch() {
    assertThat(Advantages.of(Estimator.REINFORCE, RETURNS, EQUAL, 3))
        .containsExactly(new double[] {-1.5, 0.5, 5.5, -4.5, -2.5, 2.5}, within(1e-12));
    // The mean under the shares: 0.5 * 1 + 0.25 * 3 + 0.25 * 8 = 3.25.
    assertThat(
            Advantages.of(
                Estimator.REINFORCE, new double[] {1, 3, 8}, new double[] {0.5, 0.25, 0.25}, 3))
        .containsExactly(new double[] {-2.25, -0.25, 4.75}, within(1e-12));
  }

  @Test
  void rlooSubtractsTheMeanOfTheOthers() {
    // 1 - (3 + 8) / 2, 3 - (1 + 8) / 2, 8 - (1 + 3) / 2; -2 - (0 + 5) / 2 and so on.
    assertThat(Advantages.of(Estimator.RLOO, RETURNS, EQUAL, 3))
        .containsExactly(new double[] {-4.5, -1.5, 6, -4.5, -1.5, 6}, within(1e-12));
    assertThat(Advantages.of(Estimator.RLOO, RETURNS, EQUAL, 2))
        .containsExactly(new double[] {-2, 2, 10, -10, -5, 5}, within(1e-12));
  }

  @Test
  void grpoStandardisesWithinAPrompt() {
    // Deviations sqrt(26 / 3) of (1, 3, 8) around 4 and of (-2, 0, 5) around 1.
    double deviation = Math.sqrt(26 / 3.);
    assertThat(Advantages.of(Estimator.GRPO, RETURNS, EQUAL, 3))
        .containsExactly(
            new double[] {
              -3 / deviation, -1 / deviation, 4 / deviation,
              -3 / deviation, -1 / deviation, 4 / deviation
            },
            within(1e-5));
  }

  @Test
  void grpoLearnsNothingFromEqualReturns() {
    assertThat(
            Advantages.of(
                Estimator.GRPO, new double[] {2, 2, 2, 2}, new double[] {.25, .25, .25, .25}, 2))
        .containsOnly(0);
  }

  @ParameterizedTest
  @EnumSource(Estimator.class)
  void haveMeanZeroAndIgnoreAShift(Estimator estimator) {
    Random random = new Random(6);
    double[] returns = random.doubles(24, -3, 9).toArray();
    double[] shares = new double[24];
    Arrays.fill(shares, 1 / 24.);
    double[] advantages = Advantages.of(estimator, returns, shares, 4);
    assertThat(Arrays.stream(advantages).sum()).isCloseTo(0, within(1e-9));
    if (estimator != Estimator.REINFORCE) {
      for (int prompt = 0; prompt < 6; prompt++) {
        assertThat(Arrays.stream(advantages, prompt * 4, prompt * 4 + 4).sum())
            .isCloseTo(0, within(1e-9));
      }
    }
    double[] shifted = Arrays.stream(returns).map(value -> value + 100).toArray();
    assertThat(Advantages.of(estimator, shifted, shares, 4))
        .containsExactly(advantages, within(1e-9));
  }
}
