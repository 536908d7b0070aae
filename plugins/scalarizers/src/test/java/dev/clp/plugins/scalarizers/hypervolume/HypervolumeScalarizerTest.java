package dev.clp.plugins.scalarizers.hypervolume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.KlRange;
import dev.clp.api.Scalarizer;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import java.util.List;
import org.junit.jupiter.api.Test;

class HypervolumeScalarizerTest {

  private static final Weighting QUARTER = new Weighting(List.of(0.25, 0.75), 0.1);

  private static Scalarizer scalarizer(Double... reference) {
    return new HypervolumeFactory()
        .create(
            new HypervolumeOptions(List.of(reference)),
            new TestContext(List.of("a", "b"), KlRange.fixed(0.1)));
  }

  @Test
  void countsTheShortestReachAlongTheWeights() {
    // 0.5 / 0.25 against 3 / 0.75.
    float[] rewards = {-0.5f, 2};
    assertThat(scalarizer().scalarize(rewards, QUARTER)).isCloseTo(4, within(1e-12));
    assertThat(scalarizer().gradient(rewards, QUARTER)).containsExactly(2 * 2 / 0.25, 0);
    // 2.5 / 0.25 against 2 / 0.75.
    assertThat(scalarizer(-3.0, 0.0).scalarize(rewards, QUARTER))
        .isCloseTo(Math.pow(2 / 0.75, 2), within(1e-12));
  }

  /**
   * Over directions of the circle's quarter, the mean of the largest value times pi / 4 is the
   * hypervolume: here that of (2, 1) and (1, 3) above the origin, 2 * 1 + 1 * 2.
   */
  @Test
  void itsMeanOverDirectionsIsTheHypervolume() {
    Scalarizer scalarizer = scalarizer(0.0, 0.0);
    int directions = 20_000;
    double mean = 0;
    for (int i = 0; i < directions; i++) {
      double angle = (i + 0.5) / directions * Math.PI / 2;
      double[] direction = {Math.cos(angle), Math.sin(angle)};
      Weighting weighting = Weighting.ofProportions(direction, 0.1);
      double largest =
          Math.max(
              scalarizer.scalarize(new float[] {2, 1}, weighting),
              scalarizer.scalarize(new float[] {1, 3}, weighting));
      // The weights are the direction divided by its sum.
      mean += largest / Math.pow(direction[0] + direction[1], 2) / directions;
    }
    assertThat(mean * Math.PI / 4).isCloseTo(4, within(1e-2));
  }

  @Test
  void nothingCountsThatDoesNotExceedTheReference() {
    for (float reward : new float[] {-1, -4}) {
      float[] rewards = {5, reward};
      assertThat(scalarizer().scalarize(rewards, QUARTER)).isZero();
      assertThat(scalarizer().gradient(rewards, QUARTER)).containsExactly(0, 0);
    }
  }

  @Test
  void atACornerTheOtherObjectivesOnlyHaveToExceedTheReference() {
    Weighting corner = Weighting.corner(2, 0, 0.1);
    assertThat(scalarizer().scalarize(new float[] {2, -0.9f}, corner)).isCloseTo(9, within(1e-9));
    assertThat(scalarizer().gradient(new float[] {2, -0.9f}, corner)).containsExactly(6, 0);
    assertThat(scalarizer().scalarize(new float[] {2, -1}, corner)).isZero();
  }

  @Test
  void rejectsAReferencePointOfAnotherSize() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scalarizer(1.0))
        .withMessageContainingAll("[a, b]", "[1.0]", "give 2 numbers");
  }

  @Test
  void rejectsAWrongNumberOfRewards() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scalarizer().scalarize(new float[] {1}, QUARTER))
        .withMessageContainingAll("expected 2 rewards", "[1.0]");
  }
}
