package dev.clp.plugins.soups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Combination;
import dev.clp.api.ComponentContext;
import dev.clp.api.FrozenModels;
import dev.clp.api.KlRange;
import dev.clp.api.Model;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import dev.clp.api.contract.TinyModel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PersonalizedSoupsTest {

  private static final double KL = 0.1;

  private static final ComponentContext CONTEXT =
      new TestContext(List.of("first", "second", "third"), KlRange.fixed(KL));

  private final NDManager manager = NDManager.newBaseManager();

  private final FrozenModels frozen =
      new FrozenModels(
          TinyModel.random(manager, 1),
          List.of(
              TinyModel.random(manager, 2),
              TinyModel.random(manager, 3),
              TinyModel.random(manager, 4)));

  @AfterEach
  void closeModels() {
    manager.close();
  }

  private Policy policy(Optional<Double> threshold, Weighting weighting) {
    return new PersonalizedSoups()
        .create(new PersonalizedSoupsOptions(threshold), CONTEXT)
        .condition(frozen, Parameters.none(), weighting);
  }

  private void assertMeanOf(Policy policy, int... chosen) {
    assertThat(policy.terms()).hasSize(1);
    assertThat(policy.combination()).isEqualTo(new Combination.Single());
    Model model = policy.evaluated().terms().get(0).model();
    for (String name : frozen.reference().parameters().names()) {
      float[] found = model.parameter(name).toFloatArray();
      double[] expected = new double[found.length];
      for (int expert : chosen) {
        float[] values = frozen.experts().get(expert).parameter(name).toFloatArray();
        for (int i = 0; i < expected.length; i++) {
          expected[i] += values[i] / (double) chosen.length;
        }
      }
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) found[i]).as(name).isCloseTo(expected[i], within(1e-6));
      }
    }
  }

  @Test
  void isAnExpertAtACorner() {
    for (int i = 0; i < 3; i++) {
      assertMeanOf(policy(Optional.empty(), Weighting.corner(3, i, KL)), i);
    }
  }

  @Test
  void averagesTheChosenAlike() {
    assertMeanOf(policy(Optional.empty(), new Weighting(List.of(0.6, 0.0, 0.4), KL)), 0, 2);
    assertMeanOf(policy(Optional.empty(), new Weighting(List.of(0.2, 0.4, 0.4), KL)), 1, 2);
  }

  @Test
  void averagesAllWhereWeightsAreBalancedUpToRounding() {
    assertMeanOf(policy(Optional.empty(), Weighting.balanced(3, KL)), 0, 1, 2);
    assertMeanOf(
        policy(Optional.empty(), Weighting.ofProportions(new double[] {0.1, 0.1, 0.3 - 0.2}, KL)),
        0,
        1,
        2);
  }

  @Test
  void choosesByTheThreshold() {
    Weighting weighting = new Weighting(List.of(0.7, 0.2, 0.1), KL);
    assertMeanOf(policy(Optional.of(0.15), weighting), 0, 1);
    assertMeanOf(policy(Optional.of(0.1), weighting), 0, 1, 2);
  }

  @Test
  void refusesAThresholdThatWouldChooseNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policy(Optional.of(0.5), Weighting.balanced(3, KL)))
        .withMessageContainingAll("threshold is 0.5", "at most 1 / 3");
  }
}
