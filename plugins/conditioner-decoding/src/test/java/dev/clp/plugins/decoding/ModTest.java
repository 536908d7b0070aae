package dev.clp.plugins.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.KlRange;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModTest {

  private static final double KL = 0.1;

  private static final Conditioner CONDITIONER =
      new Mod()
          .create(
              new ModOptions(ModOptions.Divergence.REVERSE_KL),
              new TestContext(List.of("first", "second", "third"), KlRange.fixed(KL)));

  private static final FrozenModels FROZEN =
      new FrozenModels(
          SingleStep.REFERENCE,
          List.of(
              SingleStep.best(KL, 1, 0, 0),
              SingleStep.best(KL, 0, 1, 0),
              SingleStep.best(KL, 0, 0, 1)));

  private static Policy policy(Double... weights) {
    return CONDITIONER.condition(FROZEN, Parameters.none(), new Weighting(List.of(weights), KL));
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 0", "0, 0, 1", "0.5, 0.5, 0", "0.2, 0.3, 0.5", "0.01, 0.98, 0.01"})
  void isTheBestPolicyWhereAResponseIsOneToken(double first, double second, double third) {
    assertThat(SingleStep.probabilities(policy(first, second, third)))
        .containsExactly(
            SingleStep.probabilities(Policy.of(SingleStep.best(KL, first, second, third))),
            within(1e-6));
  }

  @Test
  void isAnExpertAtACorner() {
    for (int i = 0; i < 3; i++) {
      assertThat(
              SingleStep.probabilities(
                  CONDITIONER.condition(FROZEN, Parameters.none(), Weighting.corner(3, i, KL))))
          .containsExactly(SingleStep.probabilities(Policy.of(FROZEN.experts().get(i))));
    }
  }

  @Test
  void weighsTheExperts() {
    assertThat(policy(0.25, 0.0, 0.75))
        .isEqualTo(Policy.mixture(List.of(0.25, 0.0, 0.75), FROZEN.experts()));
  }

  @Test
  void asksForAnExpertPerObjective() {
    Conditioner conditioner =
        new Mod()
            .create(
                new ModOptions(ModOptions.Divergence.REVERSE_KL),
                new TestContext(
                    List.of("first", "second"), new KlRange(0.2, 0.4, KlRange.Scale.UNIFORM)));
    List<Weighting> experts = conditioner.experts(2);
    assertThat(experts.stream().map(Weighting::weights))
        .containsExactly(List.of(1.0, 0.0), List.of(0.0, 1.0));
    assertThat(experts)
        .allSatisfy(expert -> assertThat(expert.klCoefficient()).isCloseTo(0.3, within(1e-12)));
  }
}
