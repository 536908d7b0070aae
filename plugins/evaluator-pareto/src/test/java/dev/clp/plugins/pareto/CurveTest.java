package dev.clp.plugins.pareto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CurveTest {

  private record Item(double position, double response) {

    double magnitude() {
      return Math.abs(response);
    }
  }

  private static Curve responses(double... responses) {
    return Curve.of(
        IntStream.range(0, responses.length).mapToObj(i -> new Item(i, responses[i])).toList(),
        Item::position,
        Item::response,
        Item::magnitude);
  }

  /** Squared rank differences sum to 4: 1 - 6 * 4 / (5 * 24). */
  @Test
  void correlatesRanks() {
    Curve curve = responses(10, 30, 20, 500, 40);
    assertThat(curve.rankCorrelation().orElseThrow()).isCloseTo(0.8, within(1e-12));
    assertThat(curve.monotoneProportion()).hasValue(0.5);
  }

  @Test
  void isPerfectWhereverItRises() {
    Curve curve = responses(-1, 0, 100, 101);
    assertThat(curve.rankCorrelation().orElseThrow()).isCloseTo(1, within(1e-12));
    assertThat(curve.monotoneProportion()).hasValue(1);
  }

  /** Ranks 1, 2, 3 against 1.5, 1.5, 3 correlate by sqrt(3) / 2; a level step does not rise. */
  @Test
  void sharesRanksBetweenTies() {
    Curve curve = responses(1, 1, 2);
    assertThat(curve.rankCorrelation().orElseThrow()).isCloseTo(Math.sqrt(3) / 2, within(1e-12));
    assertThat(curve.monotoneProportion()).hasValue(0.5);
  }

  @Test
  void hasNoRankCorrelationIfConstant() {
    Curve curve = responses(0.3, 0.1 + 0.2, 0.3);
    assertThat(curve.rankCorrelation()).isEmpty();
    assertThat(curve.monotoneProportion()).hasValue(0);
  }

  @Test
  void isUndefinedForASinglePosition() {
    Curve curve =
        Curve.of(
            List.of(new Item(0.5, 1), new Item(0.5, 2)),
            Item::position,
            Item::response,
            Item::magnitude);
    assertThat(curve.points()).containsExactly(new Curve.Point(0.5, 1.5, 2));
    assertThat(curve.rankCorrelation()).isEmpty();
    assertThat(curve.monotoneProportion()).isEmpty();
  }

  @Test
  void averagesAtEqualPositionsAndSorts() {
    Curve curve =
        Curve.of(
            List.of(new Item(1, 9), new Item(0.1 + 0.2, 1), new Item(0.3, 3), new Item(-0.0, 5)),
            Item::position,
            Item::response,
            Item::magnitude);
    assertThat(curve.points()).extracting(Curve.Point::response).containsExactly(5.0, 2.0, 9.0);
    assertThat(curve.points().get(1).position()).isCloseTo(0.3, within(1e-9));
  }

  @Test
  void takesNoRankFromRounding() {
    assertThat(responses(1000, 1000.0001, 1000.0002).rankCorrelation()).isEmpty();
    assertThat(responses(1000, 1000.0001, 1000.0002).monotoneProportion()).hasValue(0);
    assertThat(responses(-1000, 1, 1.0000001).rankCorrelation().orElseThrow())
        .isCloseTo(Math.sqrt(3) / 2, within(1e-12));
  }

  @Test
  void seesASmallSpreadOfSmallNumbers() {
    assertThat(responses(1e-12, 2e-12, 3e-12).rankCorrelation().orElseThrow())
        .isCloseTo(1, within(1e-12));
    assertThat(responses(1e-12, 2e-12, 3e-12).monotoneProportion()).hasValue(1);
  }

  /** A difference of log-probabilities near 50 nats is known to some millionths of that. */
  @Test
  void judgesADifferenceByWhatWasSubtracted() {
    Curve curve =
        Curve.of(
            List.of(new Item(0, 0), new Item(0.5, 2e-5), new Item(1, 4e-5)),
            Item::position,
            Item::response,
            item -> 50);
    assertThat(curve.rankCorrelation()).isEmpty();
  }
}
