package dev.clp.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.Scalarizer;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What every scalarizer must do. */
public abstract class ScalarizerContract extends ComponentContract<Scalarizer> {

  /** Prepares the checks. */
  protected ScalarizerContract() {
    super(Scalarizer.class);
  }

  private record Case(List<Float> values, Weighting weighting) {

    float[] rewards() {
      float[] rewards = new float[values.size()];
      for (int i = 0; i < rewards.length; i++) {
        rewards[i] = values.get(i);
      }
      return rewards;
    }
  }

  private List<Case> cases() {
    int objectives = context().objectives().size();
    SplittableRandom random = new SplittableRandom(1);
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      List<Float> rewards = new ArrayList<>();
      double[] proportions = new double[objectives];
      for (int j = 0; j < objectives; j++) {
        rewards.add((float) random.nextDouble(-3, 3));
        proportions[j] = random.nextDouble(0.01, 1);
      }
      cases.add(
          new Case(
              rewards,
              i < objectives
                  ? Weighting.corner(objectives, i, context().kl().min())
                  : Weighting.ofProportions(proportions, context().kl().min())));
    }
    return cases;
  }

  private static List<Double> values(Scalarizer scalarizer, List<Case> cases) {
    return cases.stream()
        .map(each -> scalarizer.scalarize(each.rewards(), each.weighting()))
        .toList();
  }

  /** Finite rewards give a finite number, at the corners of the simplex too. */
  @Test
  final void valuesAreFinite() {
    assertThat(values(create(), cases())).as("the values").allMatch(Double::isFinite);
  }

  /** Two scalarizers that see the same rewards in the same order give the same numbers. */
  @Test
  final void valuesAreDeterministic() {
    assertThat(values(create(), cases()))
        .as("another's values")
        .isEqualTo(values(create(), cases()));
  }

  /** More of every reward is never worse. */
  @Test
  final void moreOfEveryRewardIsNeverWorse() {
    for (Case each : cases()) {
      float[] better = each.rewards();
      for (int i = 0; i < better.length; i++) {
        better[i] += 0.5f;
      }
      // Each of the two is a scalarizer's first value: one that adapts has seen nothing else.
      assertThat(create().scalarize(better, each.weighting()))
          .as("the value at " + each.weighting() + " of every reward raised by 0.5")
          .isGreaterThanOrEqualTo(create().scalarize(each.rewards(), each.weighting()) - 1e-9);
    }
  }

  /** The rewards are the caller's. */
  @Test
  final void rewardsStayAsTheyAre() {
    Scalarizer scalarizer = create();
    for (Case each : cases()) {
      float[] rewards = each.rewards();
      double unused = scalarizer.scalarize(rewards, each.weighting());
      assertThat(rewards).as("the rewards after the call").isEqualTo(each.rewards());
    }
  }
}
