package dev.clp.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clp.runtime.config.ResponseSource;
import dev.clp.runtime.config.TrainingOptions;
import dev.clp.runtime.config.TrainingOptions.Decay;
import dev.clp.runtime.config.TrainingOptions.Estimator;
import dev.clp.runtime.config.TrainingOptions.Scalarize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LearningRateTest {

  @ParameterizedTest
  @EnumSource(Decay.class)
  void risesToThePeakAndFallsToItsFraction(Decay decay) {
    TrainingOptions options = options(100, 10, decay, 0.1);
    assertThat(LearningRate.at(1, options)).isCloseTo(0.2, within(1e-12));
    assertThat(LearningRate.at(10, options)).isCloseTo(2, within(1e-12));
    assertThat(LearningRate.at(100, options))
        .isCloseTo(decay == Decay.NONE ? 2 : 0.2, within(1e-12));
    for (int step = 2; step <= 10; step++) {
      assertThat(LearningRate.at(step, options)).isGreaterThan(LearningRate.at(step - 1, options));
    }
    for (int step = 11; step <= 100; step++) {
      double before = LearningRate.at(step - 1, options);
      if (decay == Decay.NONE) {
        assertThat(LearningRate.at(step, options)).isEqualTo(before);
      } else {
        assertThat(LearningRate.at(step, options)).isLessThan(before);
      }
    }
  }

  @Test
  void passesTheMiddleWhereItShould() {
    // Step 55 is half way between 10 and 100: the mean of peak and floor for both.
    assertThat(LearningRate.at(55, options(100, 10, Decay.LINEAR, 0.1)))
        .isCloseTo(1.1, within(1e-12));
    assertThat(LearningRate.at(55, options(100, 10, Decay.COSINE, 0.1)))
        .isCloseTo(1.1, within(1e-12));
    // A sixth of a half circle: (1 + cos(pi / 6)) / 2.
    assertThat(LearningRate.at(25, options(100, 10, Decay.COSINE, 0)))
        .isCloseTo(1 + Math.sqrt(3) / 2, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(Decay.class)
  void isFiniteWhereWarmUpIsAbsentOrLastsTillTheEnd(Decay decay) {
    for (int warmup : new int[] {0, 1, 3, 9}) {
      for (int step = 1; step <= 3; step++) {
        assertThat(LearningRate.at(step, options(3, warmup, decay, 0))).isBetween(0.0, 2.0);
      }
    }
    assertThat(LearningRate.at(1, options(1, 0, decay, 1))).isEqualTo(2);
  }

  private static TrainingOptions options(int steps, int warmup, Decay decay, double floor) {
    return new TrainingOptions(
        steps,
        2,
        ResponseSource.SAMPLED,
        2,
        1,
        Scalarize.RESPONSES,
        Estimator.RLOO,
        2,
        warmup,
        decay,
        floor,
        0,
        0.9,
        0.999,
        1e-8,
        1,
        10);
  }
}
