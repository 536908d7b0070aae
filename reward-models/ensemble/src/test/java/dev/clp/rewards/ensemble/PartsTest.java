package dev.clp.rewards.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.Completion;
import dev.clp.api.Component;
import dev.clp.api.ComponentContext;
import dev.clp.api.Example;
import dev.clp.api.KlRange;
import dev.clp.api.RewardModel;
import dev.clp.api.contract.TestContext;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartsTest {

  private static final ComponentContext CONTEXT =
      new TestContext(List.of("safe"), KlRange.fixed(0.1));
  private static final List<Completion> TEN =
      List.of(new Completion(Example.of("x", ""), "ten chars."));
  private static final Component<RewardModel> TENFOLD = Part.characters(1);
  private static final Component<RewardModel> TWENTYFOLD = Part.characters(2);

  private static float ensemble(List<Double> weights, double doubt) {
    return new Ensemble()
        .create(new EnsembleOptions(List.of(TENFOLD, TWENTYFOLD), weights, doubt), CONTEXT)
        .score(TEN)[0];
  }

  @Test
  void anEnsembleIsTheWeightedMean() {
    assertThat(ensemble(List.of(), 0)).isEqualTo(15);
    assertThat(ensemble(List.of(1.0, 3.0), 0)).isEqualTo(17.5f);
  }

  @Test
  void doubtTakesOffDeviations() {
    assertThat(ensemble(List.of(), 1)).isEqualTo(10);
    // Of 10 and 20, weighted 1 to 3, the variance is 0.25 * 7.5^2 + 0.75 * 2.5^2 = 18.75.
    assertThat((double) ensemble(List.of(1.0, 3.0), 2))
        .isCloseTo(17.5 - 2 * Math.sqrt(18.75), within(1e-5));
  }

  @Test
  void worstOfIsTheSmallest() {
    RewardModel worst =
        new WorstOf().create(new WorstOfOptions(List.of(TWENTYFOLD, TENFOLD)), CONTEXT);
    assertThat(worst.score(TEN)).containsExactly(10);
  }

  @Test
  void whatIsNoNumberComesThrough() {
    Component<RewardModel> broken = new Part("broken", completions -> new float[] {Float.NaN});
    RewardModel worst = new WorstOf().create(new WorstOfOptions(List.of(TENFOLD, broken)), CONTEXT);
    assertThat(worst.score(TEN)[0]).isNaN();
  }

  @Test
  void aPartThatLosesCompletionsIsNamed() {
    Component<RewardModel> broken = new Part("broken", completions -> new float[3]);
    RewardModel worst = new WorstOf().create(new WorstOfOptions(List.of(TENFOLD, broken)), CONTEXT);
    assertThatThrownBy(() -> worst.score(TEN)).hasMessageContaining("'broken' returned 3 scores");
  }

  @Test
  void weightsAreOnePerPart() {
    assertThatThrownBy(() -> ensemble(List.of(1.0), 0))
        .hasMessageContaining("one for each of the 2 parts");
  }
}
