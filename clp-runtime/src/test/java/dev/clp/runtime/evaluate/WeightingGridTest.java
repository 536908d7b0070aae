package dev.clp.runtime.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.Weighting;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeightingGridTest {

  @Test
  void visitsEveryPointAtEveryKlCoefficient() {
    assertThat(WeightingGrid.of(2, 2, List.of(0.1, 0.5)))
        .containsExactly(
            new Weighting(List.of(1.0, 0.0), 0.1),
            new Weighting(List.of(0.5, 0.5), 0.1),
            new Weighting(List.of(0.0, 1.0), 0.1),
            new Weighting(List.of(1.0, 0.0), 0.5),
            new Weighting(List.of(0.5, 0.5), 0.5),
            new Weighting(List.of(0.0, 1.0), 0.5));
  }
}
