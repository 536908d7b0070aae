package dev.clp.plugins.pareto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class EstimateTest {

  /** The table of Student's distribution gives 4.3027 for 2 degrees of freedom at 97.5 %. */
  @Test
  void hasStudentsInterval() {
    Estimate estimate = Estimate.of(List.of(1.0, 2.0, 3.0), 0.95);

    assertThat(estimate.mean()).isEqualTo(2);
    assertThat(estimate.halfWidth().orElseThrow()).isCloseTo(4.3027 / Math.sqrt(3), within(1e-4));
  }

  /** The table gives 1.5332 for 4 degrees of freedom at 90 %. */
  @Test
  void followsTheConfidence() {
    double deviation = Math.sqrt(2.5);
    assertThat(Estimate.of(List.of(1.0, 2.0, 3.0, 4.0, 5.0), 0.8).halfWidth().orElseThrow())
        .isCloseTo(1.5332 * deviation / Math.sqrt(5), within(1e-4));
  }

  @Test
  void hasNoIntervalForOneSeed() {
    assertThat(Estimate.of(List.of(7.0), 0.95)).isEqualTo(new Estimate(7, OptionalDouble.empty()));
  }

  @Test
  void isUndefinedWhereAnySeedIs() {
    assertThat(Estimate.ofDefined(List.of(OptionalDouble.of(1), OptionalDouble.empty()), 0.95))
        .isEmpty();
    assertThat(Estimate.ofDefined(List.of(OptionalDouble.of(1)), 0.95))
        .contains(new Estimate(1, OptionalDouble.empty()));
  }

  @Test
  void isNotApartByRounding() {
    Estimate sum = new Estimate(0.1 + 0.2, OptionalDouble.of(0));
    assertThat(sum.isApartFrom(new Estimate(0.3, OptionalDouble.of(0)))).isFalse();
  }

  @Test
  void isApartWhereIntervalsDoNotTouch() {
    Estimate one = new Estimate(1, OptionalDouble.of(0.5));
    assertThat(one.isApartFrom(new Estimate(2, OptionalDouble.of(0.25)))).isTrue();
    assertThat(one.isApartFrom(new Estimate(2, OptionalDouble.of(0.5)))).isFalse();
    assertThat(one.isApartFrom(new Estimate(0.5, OptionalDouble.empty()))).isFalse();
    assertThat(one.isApartFrom(new Estimate(0.4, OptionalDouble.empty()))).isTrue();
  }
}
