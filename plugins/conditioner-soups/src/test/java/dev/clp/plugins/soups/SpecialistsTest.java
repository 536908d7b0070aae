package dev.clp.plugins.soups;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.KlRange;
import dev.clp.api.Model;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import dev.clp.api.contract.TinyModel;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecialistsTest {

  private static final double KL = 0.1;

  private static Conditioner specialists(int divisions, String... objectives) {
    return new Specialists()
        .create(
            new SpecialistsOptions(divisions),
            new TestContext(List.of(objectives), KlRange.fixed(KL)));
  }

  @Test
  void asksForAnExpertAtEveryPointOfTheGrid() {
    assertThat(specialists(2, "first", "second", "third").experts(3).stream())
        .map(Weighting::weights)
        .containsExactly(
            List.of(1.0, 0.0, 0.0),
            List.of(0.5, 0.5, 0.0),
            List.of(0.5, 0.0, 0.5),
            List.of(0.0, 1.0, 0.0),
            List.of(0.0, 0.5, 0.5),
            List.of(0.0, 0.0, 1.0));
    assertThat(specialists(10, "first", "second").experts(2))
        .hasSize(11)
        // Equal to what other mechanisms ask for, so that these experts are trained once.
        .contains(Weighting.corner(2, 0, KL), Weighting.corner(2, 1, KL), Weighting.balanced(2, KL))
        .allMatch(weighting -> weighting.klCoefficient() == KL);
    assertThat(specialists(5, "first").experts(1)).containsExactly(Weighting.corner(1, 0, KL));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0",
    "0.75, 1",
    "0.5, 2",
    "0.25, 3",
    "0, 4",
    "0.7, 1",
    "0.6, 2",
    "0.13, 3",
    "0.12, 4",
    // As near to one as to the other.
    "0.625, 1",
    "0.875, 0"
  })
  void servesTheNearest(double weight, int nearest) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Conditioner conditioner = specialists(4, "first", "second");
      FrozenModels frozen =
          new FrozenModels(
              TinyModel.random(manager, 1),
              IntStream.range(0, 5)
                  .<Model>mapToObj(i -> TinyModel.random(manager, 2 + i))
                  .toList());
      assertThat(
              conditioner.condition(
                  frozen, Parameters.none(), new Weighting(List.of(weight, 1 - weight), 0.3)))
          .isEqualTo(Policy.of(frozen.experts().get(nearest)));
    }
  }
}
