package dev.clp.plugins.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.KlRange;
import dev.clp.api.Model;
import dev.clp.api.Parameters;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import dev.clp.api.contract.TinyModel;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KlGateTest {

  private static final KlRange RANGE = new KlRange(0.1, 0.9, KlRange.Scale.LOG_UNIFORM);

  private static final ComponentContext CONTEXT =
      new TestContext(List.of("first", "second"), RANGE);

  @ParameterizedTest
  @CsvSource({
    "NONE, 0.4, 1",
    "LINEAR, 0, 1",
    "LINEAR, 0.4, 0.6",
    "LINEAR, 1, 0",
    // (0.5 / 0.5) / (0.8 / 0.2) and (0.6 / 0.4) / (0.8 / 0.2)
    "REALIGN, 0.5, 0.25",
    "REALIGN, 0.4, 0.375",
    "REALIGN, 0.2, 1",
    "REALIGN, 0.1, 1",
    "REALIGN, 0, 1",
    "REALIGN, 1, 0",
  })
  void leavesToTheTrainedParameters(KlGate gate, double klCoefficient, double proportion) {
    assertThat(gate.trainedProportion(klCoefficient, 0.2)).isCloseTo(proportion, within(1e-12));
  }

  @Test
  void realignsParameters() {
    try (NDManager manager = NDManager.newBaseManager()) {
      TinyModel reference = TinyModel.random(manager, 1);
      TinyModel first = TinyModel.random(manager, 2);
      TinyModel second = TinyModel.random(manager, 3);
      FrozenModels frozen = new FrozenModels(reference, List.of());
      Conditioner conditioner =
          new FullClp().create(new ClpOptions(KlGate.REALIGN, Optional.empty()), CONTEXT);
      Parameters names = conditioner.initialise(frozen, new SplittableRandom(1));
      Parameters parameters =
          new Parameters(
              names.names().stream()
                  .collect(
                      Collectors.toMap(
                          name -> name,
                          name ->
                              name.startsWith("objective.first.")
                                  ? first.parameter(name.substring("objective.first.".length()))
                                  : second.parameter(
                                      name.substring("objective.second.".length())))));

      // (0.5 / 0.5) / (0.9 / 0.1)
      double proportion = 1 / 9.0;
      Weighting weighting = new Weighting(List.of(0.25, 0.75), 0.5);
      Model model =
          conditioner.condition(frozen, parameters, weighting).evaluated().terms().get(0).model();
      for (String name : reference.parameters().names()) {
        float[] found = model.parameter(name).toFloatArray();
        float[] own = reference.parameter(name).toFloatArray();
        float[] one = first.parameter(name).toFloatArray();
        float[] two = second.parameter(name).toFloatArray();
        for (int i = 0; i < found.length; i++) {
          double expected =
              (1 - proportion) * own[i] + proportion * (0.25 * one[i] + 0.75 * two[i]);
          assertThat((double) found[i]).as(name).isCloseTo(expected, within(1e-6));
        }
      }
    }
  }

  @Test
  void takesTheExperimentsSmallestKlCoefficientForTheAnchor() {
    assertThat(new ClpOptions(KlGate.REALIGN, Optional.empty()).anchor(RANGE)).isEqualTo(0.1);
    assertThat(new ClpOptions(KlGate.REALIGN, Optional.of(0.3)).anchor(RANGE)).isEqualTo(0.3);
  }

  @Test
  void needsAnAnchor() {
    ClpOptions options = new ClpOptions(KlGate.REALIGN, Optional.empty());
    ComponentContext context = new TestContext(List.of("first"), KlRange.fixed(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AttnClp().create(options, context))
        .withMessageContainingAll("smallest KL coefficient is 0", "set kl-anchor");
  }

  @Test
  void refusesAnAnchorThatNothingReads() {
    for (KlGate gate : List.of(KlGate.NONE, KlGate.LINEAR)) {
      ClpOptions options = new ClpOptions(gate, Optional.of(0.3));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new LogitClp().create(options, CONTEXT))
          .withMessageContainingAll("kl-anchor is 0.3", "kl-gate = realign");
    }
  }
}
