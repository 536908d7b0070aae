package dev.clp.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.Scalarizer;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** What every scalarizer must do. */
public abstract class ScalarizerContract extends ComponentContract<Scalarizer> {

  private static final float STEP = 1f / 256;

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
                  ? Weighting.corner(objectives, i, context().klCoefficients().min())
                  : Weighting.ofProportions(proportions, context().klCoefficients().min())));
    }
    return cases;
  }

  private static List<Double> values(Scalarizer scalarizer, List<Case> cases) {
    return cases.stream()
        .map(each -> scalarizer.scalarize(each.rewards(), each.weighting()))
        .toList();
  }

  private static List<double[]> gradients(Scalarizer scalarizer, List<Case> cases) {
    return cases.stream()
        .map(each -> scalarizer.gradient(each.rewards(), each.weighting()))
        .toList();
  }

  /** Returns a scalarizer that has learnt nothing, and one that has seen what training reached. */
  private List<Scalarizer> newAndExperienced() {
    Scalarizer experienced = create();
    cases().forEach(each -> experienced.observe(each.weighting(), each.rewards()));
    return List.of(create(), experienced);
  }

  /** Finite rewards give a finite number, at the corners of the simplex too. */
  @Test
  final void valuesAreFinite() {
    for (Scalarizer scalarizer : newAndExperienced()) {
      assertThat(values(scalarizer, cases())).as("the values").allMatch(Double::isFinite);
    }
  }

  /** There is one derivative per reward, finite and not negative. */
  @Test
  final void gradientsAreFiniteAndNotNegative() {
    for (Scalarizer scalarizer : newAndExperienced()) {
      for (double[] gradient : gradients(scalarizer, cases())) {
        assertThat(gradient).as("a gradient").hasSize(context().objectives().size());
        assertThat(DoubleStream.of(gradient).boxed().toList())
            .as("a gradient")
            .allMatch(derivative -> Double.isFinite(derivative) && derivative >= 0);
      }
    }
  }

  /**
   * The gradient is that of the value: each derivative lies between the slopes to either side,
   * which are as good as equal away from kinks.
   */
  @Test
  final void gradientsAreTheDerivatives() {
    for (Scalarizer scalarizer : newAndExperienced()) {
      for (Case each : cases()) {
        double[] gradient = scalarizer.gradient(each.rewards(), each.weighting());
        for (int i = 0; i < gradient.length; i++) {
          double below = slope(scalarizer, each, i, -STEP);
          double above = slope(scalarizer, each, i, STEP);
          double tolerance = 1e-3 * (1 + Math.abs(below) + Math.abs(above));
          assertThat(gradient[i])
              .as("the derivative by reward %s at %s", i, each)
              .isBetween(Math.min(below, above) - tolerance, Math.max(below, above) + tolerance);
        }
      }
    }
  }

  private static double slope(Scalarizer scalarizer, Case at, int reward, float step) {
    float[] moved = at.rewards();
    moved[reward] += step;
    // Not quite the step, for a reward has single precision.
    double distance = (double) moved[reward] - at.rewards()[reward];
    return (scalarizer.scalarize(moved, at.weighting())
            - scalarizer.scalarize(at.rewards(), at.weighting()))
        / distance;
  }

  /** Two scalarizers that see the same rewards in the same order give the same numbers. */
  @Test
  final void valuesAreDeterministic() {
    assertThat(course(create())).as("another's values").isEqualTo(course(create()));
  }

  /** Returns values and gradients, with an observation after each. */
  private List<Double> course(Scalarizer scalarizer) {
    List<Double> course = new ArrayList<>();
    for (Case each : cases()) {
      course.add(scalarizer.scalarize(each.rewards(), each.weighting()));
      DoubleStream.of(scalarizer.gradient(each.rewards(), each.weighting())).forEach(course::add);
      scalarizer.observe(each.weighting(), each.rewards());
    }
    return course;
  }

  /** More of every reward is never worse. */
  @Test
  final void moreOfEveryRewardIsNeverWorse() {
    for (Scalarizer scalarizer : newAndExperienced()) {
      for (Case each : cases()) {
        float[] better = each.rewards();
        for (int i = 0; i < better.length; i++) {
          better[i] += 0.5f;
        }
        assertThat(scalarizer.scalarize(better, each.weighting()))
            .as("the value at " + each.weighting() + " of every reward raised by 0.5")
            .isGreaterThanOrEqualTo(scalarizer.scalarize(each.rewards(), each.weighting()) - 1e-9);
      }
    }
  }

  /** Only observing teaches: the same rewards have the same value, whatever else was asked for. */
  @Test
  final void askingChangesNothing() {
    for (Scalarizer scalarizer : newAndExperienced()) {
      List<Double> before = values(scalarizer, cases());
      List<double[]> unused = gradients(scalarizer, cases());
      assertThat(values(scalarizer, cases())).as("the values, once more").isEqualTo(before);
    }
  }

  /** The rewards are the caller's. */
  @Test
  final void rewardsStayAsTheyAre() {
    Scalarizer scalarizer = create();
    for (Case each : cases()) {
      float[] rewards = each.rewards();
      double unusedValue = scalarizer.scalarize(rewards, each.weighting());
      double[] unusedGradient = scalarizer.gradient(rewards, each.weighting());
      scalarizer.observe(each.weighting(), rewards);
      assertThat(rewards).as("the rewards after the calls").isEqualTo(each.rewards());
    }
  }
}
