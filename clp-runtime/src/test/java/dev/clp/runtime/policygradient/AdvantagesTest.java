package dev.clp.runtime.policygradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clp.runtime.config.PolicyGradientOptions;
import dev.clp.runtime.config.PolicyGradientOptions.Deviation;
import dev.clp.runtime.config.PolicyGradientOptions.Estimator;
import dev.clp.runtime.config.PolicyGradientOptions.Scalarize;
import dev.clp.runtime.config.ResponseSource;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdvantagesTest {

  private static final double[] RETURNS = {1, 3, 8, -2, 0, 5};
  private static final double[] EQUAL = {1 / 6., 1 / 6., 1 / 6., 1 / 6., 1 / 6., 1 / 6.};

  private static double[] advantages(
      Estimator estimator, double[] returns, double[] probabilities, int samplesPerPrompt) {
    return Advantages.of(
        options(estimator, samplesPerPrompt, Deviation.POPULATION),
        returns,
        returns,
        probabilities);
  }

  private static PolicyGradientOptions options(
      Estimator estimator, int samplesPerPrompt, Deviation deviation) {
    return new PolicyGradientOptions(
        2, ResponseSource.SAMPLED, samplesPerPrompt, 1, Scalarize.RESPONSES, estimator, deviation);
  }

  @Test
  void reinforceSubtractsTheMeanOfTheBatch() {
    assertThat(advantages(Estimator.REINFORCE, RETURNS, EQUAL, 3))
        .containsExactly(new double[] {-1.5, 0.5, 5.5, -4.5, -2.5, 2.5}, within(1e-12));
    // The mean under the probabilities: 0.5 * 1 + 0.25 * 3 + 0.25 * 8 = 3.25.
    assertThat(
            advantages(
                Estimator.REINFORCE, new double[] {1, 3, 8}, new double[] {0.5, 0.25, 0.25}, 3))
        .containsExactly(new double[] {-2.25, -0.25, 4.75}, within(1e-12));
  }

  @Test
  void rlooSubtractsTheMeanOfTheOthers() {
    // 1 - (3 + 8) / 2, 3 - (1 + 8) / 2, 8 - (1 + 3) / 2; -2 - (0 + 5) / 2 and so on.
    assertThat(advantages(Estimator.RLOO, RETURNS, EQUAL, 3))
        .containsExactly(new double[] {-4.5, -1.5, 6, -4.5, -1.5, 6}, within(1e-12));
    assertThat(advantages(Estimator.RLOO, RETURNS, EQUAL, 2))
        .containsExactly(new double[] {-2, 2, 10, -10, -5, 5}, within(1e-12));
  }

  @Test
  void grpoStandardisesWithinAPrompt() {
    // Deviations sqrt(26 / 3) of (1, 3, 8) around 4 and of (-2, 0, 5) around 1.
    double deviation = Math.sqrt(26 / 3.);
    assertThat(advantages(Estimator.GRPO, RETURNS, EQUAL, 3))
        .containsExactly(
            new double[] {
              -3 / deviation, -1 / deviation, 4 / deviation,
              -3 / deviation, -1 / deviation, 4 / deviation
            },
            within(1e-5));
  }

  @Test
  void grpoDividesByTheDeviationOfItsOption() {
    // Around 4, (1, 3, 8) has the sum of squares 26.
    double[] group = {1, 3, 8};
    double[] equal = {1 / 3., 1 / 3., 1 / 3.};
    assertThat(Advantages.of(options(Estimator.GRPO, 3, Deviation.SAMPLE), group, group, equal))
        .containsExactly(
            new double[] {-3 / Math.sqrt(13), -1 / Math.sqrt(13), 4 / Math.sqrt(13)},
            within(1e-12));
    assertThat(Advantages.of(options(Estimator.GRPO, 3, Deviation.NONE), group, group, equal))
        .containsExactly(new double[] {-3, -1, 4}, within(1e-12));
    double[] small = {1e-9, 3e-9, 8e-9};
    assertThat(Advantages.of(options(Estimator.GRPO, 3, Deviation.POPULATION), small, small, equal))
        .as("whatever the scale")
        .containsExactly(advantages(Estimator.GRPO, group, equal, 3), within(1e-9));
  }

  /**
   * Equal rewards less the log-ratio of equal policies, which is rounding of the log-probability.
   */
  @ParameterizedTest
  @EnumSource(Estimator.class)
  void nothingIsLearnedFromReturnsThatDifferByRounding(Estimator estimator) {
    double[] returns = {2, 2 + 4e-7, 2 - 3e-7, 2, 2, 2 + 1e-7};
    double[] magnitudes = {2, 2, 2, 2, 2, 2};
    for (Deviation deviation : Deviation.values()) {
      assertThat(Advantages.of(options(estimator, 3, deviation), returns, magnitudes, EQUAL))
          .containsOnly(0);
    }
    double[] ratios = {1e-5, 0, -1e-5, 2e-5, 0, 0};
    Arrays.fill(magnitudes, 100);
    assertThat(
            Advantages.of(options(estimator, 3, Deviation.POPULATION), ratios, magnitudes, EQUAL))
        .as("log-ratios of log-probabilities near -100")
        .containsOnly(0);
    assertThat(Advantages.exact(ratios, magnitudes, EQUAL)).containsOnly(0);
    Arrays.fill(magnitudes, 1);
    double[] learned =
        Advantages.of(options(estimator, 3, Deviation.POPULATION), ratios, magnitudes, EQUAL);
    assertThat(Arrays.stream(learned).map(Math::abs).max())
        .as("and of ones near -1")
        .isNotEqualTo(OptionalDouble.of(0));
  }

  @ParameterizedTest
  @EnumSource(Estimator.class)
  void haveMeanZeroAndIgnoreAShift(Estimator estimator) {
    Random random = new Random(6);
    double[] returns = random.doubles(24, -3, 9).toArray();
    double[] probabilities = new double[24];
    Arrays.fill(probabilities, 1 / 24.);
    double[] expected = advantages(estimator, returns, probabilities, 4);
    assertThat(Arrays.stream(expected).sum()).isCloseTo(0, within(1e-9));
    if (estimator != Estimator.REINFORCE) {
      for (int prompt = 0; prompt < 6; prompt++) {
        assertThat(Arrays.stream(expected, prompt * 4, prompt * 4 + 4).sum())
            .isCloseTo(0, within(1e-9));
      }
    }
    double[] shifted = Arrays.stream(returns).map(value -> value + 100).toArray();
    assertThat(advantages(estimator, shifted, probabilities, 4))
        .containsExactly(expected, within(1e-9));
  }
}
