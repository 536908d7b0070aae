package dev.clp.runtime.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.Weighting;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightingGridTest {

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 7, 1", "2, 1, 2", "2, 10, 11", "3, 4, 15", "4, 5, 56", "5, 3, 35"})
  void countsAsTheBinomialCoefficient(int objectives, int divisions, int count) {
    List<Weighting> grid = WeightingGrid.of(objectives, divisions, List.of(0.1, 0.5));
    assertThat(grid).hasSize(2 * count).doesNotHaveDuplicates();
    for (Weighting weighting : grid) {
      assertThat(weighting.weights()).hasSize(objectives);
      assertThat(weighting.weights().stream().mapToDouble(Double::doubleValue).sum())
          .isCloseTo(1, within(1e-12));
      assertThat(weighting.weights())
          .allSatisfy(
              weight ->
                  assertThat(weight * divisions)
                      .isCloseTo(Math.rint(weight * divisions), within(1e-9)));
    }
    assertThat(grid.subList(0, count)).allSatisfy(w -> assertThat(w.kl()).isEqualTo(0.1));
    assertThat(grid.subList(count, 2 * count)).allSatisfy(w -> assertThat(w.kl()).isEqualTo(0.5));
  }

  @Test
  void goesFromTheFirstCornerToTheLast() {
    assertThat(WeightingGrid.of(3, 2, List.of(0.0)))
        .extracting(Weighting::weights)
        .containsExactly(
            List.of(1.0, 0.0, 0.0),
            List.of(0.5, 0.5, 0.0),
            List.of(0.5, 0.0, 0.5),
            List.of(0.0, 1.0, 0.0),
            List.of(0.0, 0.5, 0.5),
            List.of(0.0, 0.0, 1.0));
    assertThat(WeightingGrid.of(2, 10, List.of(0.0)).get(3).weights()).containsExactly(0.7, 0.3);
  }
}
