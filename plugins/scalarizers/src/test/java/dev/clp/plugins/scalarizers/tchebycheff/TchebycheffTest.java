package dev.clp.plugins.scalarizers.tchebycheff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.ComponentContext;
import dev.clp.api.KlRange;
import dev.clp.api.Scalarizer;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import java.util.List;
import org.junit.jupiter.api.Test;

class TchebycheffTest {

  private static final ComponentContext CONTEXT =
      new TestContext(List.of("a", "b"), KlRange.fixed(0.1));
  private static final Weighting QUARTER = new Weighting(List.of(0.25, 0.75), 0.1);
  private static final Weighting HALF = Weighting.balanced(2, 0.1);

  private static Scalarizer plain(double margin, Double... ideal) {
    return new TchebycheffFactory().create(new TchebycheffOptions(List.of(ideal), margin), CONTEXT);
  }

  private static Scalarizer smooth(double mu, Double... ideal) {
    return new SmoothTchebycheffFactory()
        .create(new SmoothTchebycheffOptions(List.of(ideal), 0.1, mu), CONTEXT);
  }

  @Test
  void countsTheLargestWeightedDistance() {
    Scalarizer scalarizer = plain(0.1, 2.0, 1.0);
    // 0.25 * 2 against 0.75 * 0.5.
    assertThat(scalarizer.scalarize(new float[] {0, 0.5f}, QUARTER)).isEqualTo(-0.5);
    assertThat(scalarizer.gradient(new float[] {0, 0.5f}, QUARTER)).containsExactly(0.25, 0);
    assertThat(scalarizer.scalarize(new float[] {0, -1}, QUARTER)).isEqualTo(-1.5);
    assertThat(scalarizer.gradient(new float[] {0, -1}, QUARTER)).containsExactly(0, 0.75);
  }

  @Test
  void aRunningIdealStaysAMarginBeyondTheBestMeans() {
    Scalarizer scalarizer = plain(0.5);
    assertThat(scalarizer.scalarize(new float[] {0, 0}, HALF)).isEqualTo(-0.25);
    scalarizer.observe(HALF, new float[] {2, -3});
    scalarizer.observe(HALF, new float[] {1, -1});
    // The ideal point is (2.5, 0.5).
    assertThat(scalarizer.scalarize(new float[] {0, 0}, HALF)).isEqualTo(-1.25);
    assertThat(scalarizer.scalarize(new float[] {2.5f, 0}, HALF)).isEqualTo(-0.25);
  }

  @Test
  void aFixedIdealStays() {
    Scalarizer scalarizer = plain(0.5, 1.0, 1.0);
    scalarizer.observe(HALF, new float[] {9, 9});
    assertThat(scalarizer.scalarize(new float[] {0, 0}, HALF)).isEqualTo(-0.5);
  }

  /** With equal distances d the smooth maximum is d + mu log 2, and the gradient w / 2. */
  @Test
  void theSmoothFormSharesEqualDistances() {
    Scalarizer scalarizer = smooth(0.3, 1.0, 1.0);
    assertThat(scalarizer.scalarize(new float[] {0, 0}, HALF))
        .isCloseTo(-0.5 - 0.3 * Math.log(2), within(1e-12));
    assertThat(scalarizer.gradient(new float[] {0, 0}, HALF)).containsExactly(0.25, 0.25);
  }

  @Test
  void theSmoothFormIsAtMostMuLogObjectivesBelowThePlainOne() {
    for (double mu : new double[] {1e-6, 0.01, 1, 10}) {
      for (float reward : new float[] {-1e6f, -2, 0.3f, 4, 1e6f}) {
        float[] rewards = {reward, 0.5f};
        double gap =
            plain(0.1, 2.0, 1.0).scalarize(rewards, QUARTER)
                - smooth(mu, 2.0, 1.0).scalarize(rewards, QUARTER);
        assertThat(gap).isBetween(-1e-9, mu * Math.log(2) + 1e-9);
      }
    }
  }

  /** A compromise below the chord of two extremes is best under neither weighted sum. */
  @Test
  void preferACompromiseThatEveryWeightedSumRejects() {
    float[][] extremes = {{1, 0}, {0, 1}};
    float[] compromise = {0.4f, 0.4f};
    for (Scalarizer scalarizer : List.of(plain(0, 1.0, 1.0), smooth(0.05, 1.0, 1.0))) {
      for (float[] extreme : extremes) {
        assertThat(HALF.dot(extreme)).isGreaterThan(HALF.dot(compromise));
        assertThat(scalarizer.scalarize(compromise, HALF))
            .isGreaterThan(scalarizer.scalarize(extreme, HALF));
      }
    }
  }

  @Test
  void rejectAnIdealPointOfAnotherSize() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plain(0.1, 1.0))
        .withMessageContainingAll("'tchebycheff'", "[a, b]", "[1.0]", "give 2 numbers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> smooth(0.1, 1.0, 2.0, 3.0))
        .withMessageContainingAll("'smooth-tchebycheff'", "[a, b]", "give 2 numbers");
  }

  @Test
  void rejectAWrongNumberOfRewards() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plain(0.1).scalarize(new float[] {1}, HALF))
        .withMessageContainingAll("expected 2 rewards", "[1.0]");
  }
}
