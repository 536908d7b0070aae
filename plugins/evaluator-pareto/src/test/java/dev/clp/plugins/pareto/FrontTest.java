package dev.clp.plugins.pareto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrontTest {

  private static Front front(double[]... points) {
    return new Front(
        Arrays.stream(points).map(point -> DoubleStream.of(point).boxed().toList()).toList());
  }

  private static double[] at(double... coordinates) {
    return coordinates;
  }

  /** Columns of width 1 and heights 3, 2, 1. */
  @Test
  void addsUpRectangles() {
    assertThat(front(at(2, 2), at(1, 3), at(3, 1)).hypervolume()).isCloseTo(6, within(1e-12));
  }

  @Test
  void countsDominatedAndRepeatedPointsOnce() {
    assertThat(front(at(1, 3), at(2, 2), at(2, 2), at(3, 1), at(1, 1), at(3, 0.5)).hypervolume())
        .isCloseTo(6, within(1e-12));
  }

  @Test
  void leavesOutPointsBelowTheOrigin() {
    assertThat(front(at(-0.001, 100), at(2, 2), at(100, -0.001)).hypervolume())
        .isCloseTo(4, within(1e-12));
    assertThat(front(at(-1, -1)).hypervolume()).isZero();
    assertThat(front(at(0, 5)).hypervolume()).isZero();
  }

  /** The unit cube that all three share, and one unit cube more from each. */
  @Test
  void addsUpBoxes() {
    assertThat(front(at(1, 1, 1)).hypervolume()).isCloseTo(1, within(1e-12));
    assertThat(front(at(2, 1, 1), at(1, 2, 1), at(1, 1, 2)).hypervolume())
        .isCloseTo(4, within(1e-12));
    assertThat(front(at(2, 1, 1), at(1, 2, 1), at(1, 1, 2), at(9, 9, -1)).hypervolume())
        .isCloseTo(4, within(1e-12));
  }

  @Test
  void isALengthAlongOneAxis() {
    assertThat(front(at(1), at(2.5), at(-3)).hypervolume()).isCloseTo(2.5, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void agreesWithCountingRandomDarts(int axes) {
    SplittableRandom random = new SplittableRandom(axes);
    List<List<Double>> points =
        Stream.generate(() -> random.doubles(axes, -0.2, 1).boxed().toList()).limit(12).toList();
    int darts = 100_000;
    long hits =
        Stream.generate(() -> random.doubles(axes).boxed().toList())
            .limit(darts)
            .filter(dart -> points.stream().anyMatch(point -> covers(point, dart)))
            .count();

    assertThat(new Front(points).hypervolume()).isCloseTo(hits / (double) darts, within(0.006));
  }

  private static boolean covers(List<Double> point, List<Double> dart) {
    for (int i = 0; i < point.size(); i++) {
      if (dart.get(i) > point.get(i)) {
        return false;
      }
    }
    return true;
  }

  @Test
  void countsPointsThatNoneDominates() {
    // (1, 1) is dominated by (2, 2); (3, 0.5) by (3, 1), with a tie along the first axis.
    assertThat(front(at(1, 3), at(2, 2), at(3, 1), at(1, 1), at(3, 0.5)).nonDominatedRatio())
        .isEqualTo(3 / 5.0);
  }

  @Test
  void letsEqualPointsStandBesideEachOther() {
    assertThat(front(at(1, 1), at(1, 1)).nonDominatedRatio()).isEqualTo(1);
  }

  @Test
  void isEvenlySpaced() {
    assertThat(front(at(0, 2), at(1, 1), at(2, 0)).spacing()).hasValue(0);
  }

  /** Nearest neighbours at 2, 2 and 4: deviation sqrt(((2/3)^2 + (2/3)^2 + (4/3)^2) / 2). */
  @Test
  void isUnevenlySpaced() {
    assertThat(front(at(0, 3), at(1, 2), at(3, 0), at(0, 0)).spacing().orElseThrow())
        .isCloseTo(Math.sqrt(4 / 3.0), within(1e-12));
  }

  @Test
  void hasNoSpacingBelowThreeDistinctPoints() {
    assertThat(front(at(0, 3), at(1, 2), at(1, 2), at(0, 0)).spacing()).isEmpty();
  }

  /** Distances 0, sqrt(2) and 2 sqrt(2); of the last two, 1 and 2 along the first axis. */
  @Test
  void measuresTheDistanceFromAReferenceFront() {
    Front reference = front(at(0, 2), at(1, 1), at(2, 0), at(0.5, 0.5));
    Front corner = front(at(0, 2), at(0, 1));

    assertThat(corner.igd(reference)).isCloseTo(Math.sqrt(2), within(1e-12));
    assertThat(corner.igdPlus(reference)).isCloseTo(1, within(1e-12));
    assertThat(corner.additiveEpsilon(reference)).isCloseTo(2, within(1e-12));
  }

  @Test
  void isAtNoDistanceFromItself() {
    Front front = front(at(0, 2), at(1, 1), at(2, 0));

    assertThat(front.igd(front)).isZero();
    assertThat(front.igdPlus(front)).isZero();
    assertThat(front.additiveEpsilon(front)).isZero();
  }

  /** From (3, 3): sqrt(10), sqrt(8), sqrt(10); it falls short of no point, and exceeds all by 1. */
  @Test
  void tellsBetterFromFarther() {
    Front reference = front(at(0, 2), at(1, 1), at(2, 0));
    Front better = front(at(3, 3));

    assertThat(better.igd(reference))
        .isCloseTo((2 * Math.sqrt(10) + Math.sqrt(8)) / 3, within(1e-12));
    assertThat(better.igdPlus(reference)).isZero();
    assertThat(better.additiveEpsilon(reference)).isCloseTo(-1, within(1e-12));
  }

  @Test
  void measuresDistancesAlongOneAxisAndFromOnePoint() {
    assertThat(front(at(1), at(2)).igd(front(at(5), at(4)))).isCloseTo(3, within(1e-12));
    assertThat(front(at(1, 1)).additiveEpsilon(front(at(1, 4)))).isCloseTo(3, within(1e-12));
  }
}
