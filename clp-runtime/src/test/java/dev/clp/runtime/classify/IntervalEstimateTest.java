package dev.clp.runtime.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IntervalEstimateTest {

  /** Newcombe (1998), table I: Wilson's score interval of 81 in 263, 15 in 148 and 0 in 20. */
  @Test
  void intervalsOfProportionsAreThoseOfTheLiterature() {
    assertThat(IntervalEstimate.proportion(81, 263).low()).isCloseTo(0.2553, within(1e-4));
    assertThat(IntervalEstimate.proportion(81, 263).high()).isCloseTo(0.3662, within(1e-4));
    assertThat(IntervalEstimate.proportion(15, 148).low()).isCloseTo(0.0624, within(1e-4));
    assertThat(IntervalEstimate.proportion(15, 148).high()).isCloseTo(0.1605, within(1e-4));
    assertThat(IntervalEstimate.proportion(0, 20).low()).isZero();
    assertThat(IntervalEstimate.proportion(0, 20).high()).isCloseTo(0.1611, within(1e-4));
  }

  @Test
  void correlationIsPearsons() {
    List<Double> x = List.of(1.0, 2.0, 3.0, 4.0, 5.0);
    assertThat(IntervalEstimate.correlation(x, List.of(2.0, 1.0, 4.0, 3.0, 5.0)).value())
        .isCloseTo(0.8, within(1e-12));
    assertThat(
            IntervalEstimate.correlation(x, x.stream().map(value -> 7 - 2 * value).toList())
                .value())
        .isCloseTo(-1, within(1e-12));
    assertThat(IntervalEstimate.correlation(x, List.of(1.0, 1.0, 1.0, 1.0, 1.0)).value()).isZero();
  }

  @Test
  void correlationsIntervalNarrowsWithExamples() {
    List<Double> x = IntStream.range(0, 100).mapToObj(i -> (double) i).toList();
    List<Double> y = IntStream.range(0, 100).mapToObj(i -> (double) (i * 37 % 100)).toList();
    IntervalEstimate all = IntervalEstimate.correlation(x, y);
    IntervalEstimate few = IntervalEstimate.correlation(x.subList(0, 10), y.subList(0, 10));
    assertThat(all.low()).isLessThan(all.value());
    assertThat(all.high()).isGreaterThan(all.value());
    assertThat(all.high() - all.low()).isLessThan((few.high() - few.low()) / 2);
  }
}
