package dev.clp.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadTest {

  /** Adding up 0.1 leaves deviations of some 1e-17, by the number of terms. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10, 100, 1000, 100_000})
  void aConstantIsConstantHoweverManyThereAre(int count) {
    double[] scores = new double[count];
    Arrays.fill(scores, 0.1f);
    double mean = Arrays.stream(scores).map(score -> score / count).sum();
    double deviation =
        Math.sqrt(Arrays.stream(scores).map(s -> (s - mean) * (s - mean)).sum() / (count - 1));
    assertThat(Spread.isConstant(scores)).isTrue();
    assertThat(Spread.isRounding(deviation, Math.abs(mean))).isTrue();
    scores[count / 2] = 1;
    assertThat(Spread.isConstant(scores)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(floats = {1e-30f, 0.1f, 1, 1000, -3e7f, 1e30f})
  void neighboursInSinglePrecisionAreOneNumber(float value) {
    assertThat(Spread.isConstant(value, Math.nextUp(value), Math.nextDown(value))).isTrue();
    assertThat(Spread.isConstant(value, value * 1.00001)).isFalse();
  }

  @Test
  void theScaleIsOfTheNumbersNotOfTheirDifference() {
    assertThat(Spread.isConstant(1e-9, 2e-9)).isFalse();
    assertThat(Spread.isConstant(1 + 1e-9, 1 + 2e-9)).isTrue();
    assertThat(Spread.isRounding(1e-5, 100)).isTrue();
    assertThat(Spread.isRounding(1e-3, 100)).isFalse();
    assertThat(Spread.resolution(1)).isEqualTo(16 * (double) Math.ulp(1f));
  }

  @Test
  void nothingAndZeroAreConstant() {
    assertThat(Spread.isConstant()).isTrue();
    assertThat(Spread.isConstant(5)).isTrue();
    assertThat(Spread.isConstant(0, 0, -0.0)).isTrue();
    assertThat(Spread.isConstant(0, 1e-300)).isFalse();
  }
}
