package dev.clp.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimplexGridTest {

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 7, 1", "2, 1, 2", "2, 10, 11", "3, 4, 15", "4, 5, 56", "5, 3, 35"})
  void countsAsTheBinomialCoefficient(int objectives, int divisions, int count) {
    assertThat(SimplexGrid.size(objectives, divisions)).isEqualTo(count);
    assertThat(SimplexGrid.points(objectives, divisions))
        .hasSize(count)
        .doesNotHaveDuplicates()
        .allSatisfy(
            weights -> {
              assertThat(weights).hasSize(objectives);
              assertThat(weights.stream().mapToDouble(weight -> weight).sum())
                  .isCloseTo(1, within(1e-12));
              assertThat(weights)
                  .allSatisfy(
                      weight ->
                          assertThat(weight * divisions)
                              .isCloseTo(Math.rint(weight * divisions), within(1e-9)));
            });
  }

  @Test
  void goesFromTheFirstCornerToTheLast() {
    assertThat(SimplexGrid.points(3, 2))
        .containsExactly(
            List.of(1.0, 0.0, 0.0),
            List.of(0.5, 0.5, 0.0),
            List.of(0.5, 0.0, 0.5),
            List.of(0.0, 1.0, 0.0),
            List.of(0.0, 0.5, 0.5),
            List.of(0.0, 0.0, 1.0));
    assertThat(SimplexGrid.points(2, 10).get(3)).containsExactly(0.7, 0.3);
  }

  @Test
  void refusesAGridOfNothing() {
    assertThatThrownBy(() -> SimplexGrid.points(0, 4)).hasMessageContaining("got 0 and 4");
    assertThatThrownBy(() -> SimplexGrid.size(2, 0)).hasMessageContaining("got 2 and 0");
  }
}
