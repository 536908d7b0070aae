package dev.clp.plugins.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.KlRange;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeraTest {

  private static final double EXPERT_KL = 0.2;

  private static final ComponentContext CONTEXT =
      new TestContext(
          List.of("first", "second"), new KlRange(EXPERT_KL, 0.9, KlRange.Scale.UNIFORM));

  private static final DeraOptions DEFAULTS =
      new DeraOptions(Optional.empty(), Optional.empty(), 10);

  private static final FrozenModels FROZEN =
      new FrozenModels(SingleStep.REFERENCE, List.of(SingleStep.best(EXPERT_KL, 0.5, 0.5)));

  private static Policy policy(DeraOptions options, double klCoefficient) {
    return new Dera()
        .create(options, CONTEXT)
        .condition(FROZEN, Parameters.none(), Weighting.balanced(2, klCoefficient));
  }

  private static Policy mixture(double reference, double expert) {
    return Policy.mixture(
        List.of(reference, expert), List.of(FROZEN.reference(), FROZEN.experts().get(0)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.03, 0.1, 0.2, 0.35, 0.5, 0.9, 0.999, 1})
  void isTheBestPolicyWhereAResponseIsOneToken(double klCoefficient) {
    assertThat(SingleStep.probabilities(policy(DEFAULTS, klCoefficient)))
        .containsExactly(
            SingleStep.probabilities(Policy.of(SingleStep.best(klCoefficient, 0.5, 0.5))),
            within(1e-6));
  }

  @Test
  void isTheExpertAtItsOwnKlCoefficient() {
    assertThat(policy(DEFAULTS, EXPERT_KL)).isEqualTo(mixture(0, 1));
    assertThat(SingleStep.probabilities(policy(DEFAULTS, EXPERT_KL)))
        .containsExactly(SingleStep.probabilities(Policy.of(FROZEN.experts().get(0))));
  }

  @Test
  void isTheReferenceWhereOnlyKlCounts() {
    assertThat(policy(DEFAULTS, 1)).isEqualTo(mixture(1, 0));
  }

  @Test
  void mixesBetween() {
    // (0.5 / 0.5) / (0.8 / 0.2)
    assertThat(policy(DEFAULTS, 0.5)).isEqualTo(mixture(0.75, 0.25));
  }

  @Test
  void extrapolatesNoFurtherThanTheBound() {
    assertThat(policy(new DeraOptions(Optional.empty(), Optional.empty(), 3), 0))
        .isEqualTo(mixture(-2, 3));
  }

  private static List<Weighting> experts(
      Optional<String> objective, Optional<Double> klCoefficient) {
    Conditioner conditioner =
        new Dera().create(new DeraOptions(objective, klCoefficient, 10), CONTEXT);
    return conditioner.experts(2);
  }

  @Test
  void asksForOneExpert() {
    assertThat(experts(Optional.empty(), Optional.empty()))
        .containsExactly(Weighting.balanced(2, EXPERT_KL));
    assertThat(experts(Optional.of("second"), Optional.of(0.07)))
        .containsExactly(Weighting.corner(2, 1, 0.07));
  }

  @Test
  void refusesAnUnknownObjective() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> experts(Optional.of("third"), Optional.empty()))
        .withMessage("there is no objective 'third'; the objectives are [first, second]");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void refusesAnExpertThatCannotBeRealigned(double klCoefficient) {
    ComponentContext context = new TestContext(List.of("first"), KlRange.fixed(klCoefficient));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Dera().create(DEFAULTS, context))
        .withMessageContainingAll("smallest is " + klCoefficient, "set expert-kl");
  }
}
