package dev.clp.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clp.runtime.config.OptimizerOptions;
import dev.clp.runtime.config.OptimizerOptions.Decay;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LearningRateTest {

  @ParameterizedTest
  @EnumSource(Decay.class)
  void risesToThePeakAndFallsTowardsItsFraction(Decay decay) {
    Schedule options = options(100, 10, decay, 0.1);
    assertThat(options.learningRate(1)).isCloseTo(0.2, within(1e-12));
    assertThat(options.learningRate(10)).isCloseTo(2, within(1e-12));
    assertThat(options.learningRate(11)).isCloseTo(2, within(1e-12));
    for (int step = 2; step <= 10; step++) {
      assertThat(options.learningRate(step)).isGreaterThan(options.learningRate(step - 1));
    }
    for (int step = 12; step <= 100; step++) {
      double before = options.learningRate(step - 1);
      if (decay == Decay.NONE) {
        assertThat(options.learningRate(step)).isEqualTo(before);
      } else {
        assertThat(options.learningRate(step)).isLessThan(before).isGreaterThan(0.2);
      }
    }
  }

  @Test
  void passesTheMiddleAndTheEndWhereItShould() {
    // Of 90 steps behind the warm-up, 45 lie before step 56: the mean of peak and floor for both.
    assertThat(options(100, 10, Decay.LINEAR, 0.1).learningRate(56)).isCloseTo(1.1, within(1e-12));
    assertThat(options(100, 10, Decay.COSINE, 0.1).learningRate(56)).isCloseTo(1.1, within(1e-12));
    // A sixth of a half circle: (1 + cos(pi / 6)) / 2.
    assertThat(options(100, 10, Decay.COSINE, 0).learningRate(26))
        .isCloseTo(1 + Math.sqrt(3) / 2, within(1e-12));
    // One of 90 equal parts is left.
    assertThat(options(100, 10, Decay.LINEAR, 0).learningRate(100))
        .isCloseTo(2 / 90., within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(Decay.class)
  void everyStepMovesWhereWarmUpIsAbsentOrLastsTillTheEnd(Decay decay) {
    for (int warmup : new int[] {0, 1, 3, 9}) {
      for (int step = 1; step <= 3; step++) {
        assertThat(options(3, warmup, decay, 0).learningRate(step))
            .isGreaterThan(0)
            .isLessThanOrEqualTo(2);
      }
    }
    assertThat(options(1, 0, decay, 0).learningRate(1)).as("a single step").isEqualTo(2);
  }

  private static Schedule options(int steps, int warmup, Decay decay, double floor) {
    return new Schedule(
        steps,
        new OptimizerOptions(2, warmup, decay, floor, 0, 0.9, 0.999, 1e-8, 1),
        10,
        Optional.empty());
  }
}
