package dev.clp.runtime.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.Evaluation;
import dev.clp.api.Evaluation.Point;
import dev.clp.api.Sample;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RewardDiagnosticsTest {

  /** Anscombe (1973), the first of his four. */
  private static final double[] X = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};

  private static final double[] Y = {
    8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68
  };

  @Test
  void correlatesAsOthersDo() {
    Correlation correlation = Correlation.of("x", X, "y", Y, X.length);
    // R: cor.test(anscombe$x1, anscombe$y1), and the same with method = "spearman".
    assertThat(correlation.pearson().value()).isCloseTo(0.8164205, within(1e-7));
    assertThat(correlation.pearson().low()).isCloseTo(0.4243912, within(1e-7));
    assertThat(correlation.pearson().high()).isCloseTo(0.9506933, within(1e-7));
    // 1 - 6 * sum of squared differences of ranks / (n^3 - n), ranks counted by hand.
    assertThat(correlation.spearman().value()).isCloseTo(1 - 6 * 40 / 1320.0, within(1e-12));
    assertThat(correlation.spearman().low()).isLessThan(correlation.pearson().low());
    assertThat(correlation.pearson()).hasToString("0.82 [0.42, 0.95]");
  }

  @Test
  void intervalsWantFourExamplesAndSurviveExactAgreement() {
    assertThat(Correlation.of("x", X, "y", Y, 3).pearson()).hasToString("0.82 [–, –]");
    assertThat(Correlation.of("x", X, "y", X, 11).pearson()).hasToString("1.00 [1.00, 1.00]");
  }

  @Test
  void describesEachReward() {
    Distribution distribution = Distribution.of("r", new double[] {0, 0, 0, 1, 2, 4, 8, 10});
    assertThat(distribution.mostFrequent()).isZero();
    assertThat(distribution.mostFrequentProportion()).isCloseTo(3 / 8.0, within(1e-12));
    List<Point> outline = distribution.histogram();
    // Twenty bins half a unit wide; the greatest value belongs to the last.
    assertThat(outline.get(0)).isEqualTo(new Point(0, 0, 0, 0, ""));
    assertThat(outline.get(1).y()).isCloseTo(3 / 8.0, within(1e-12));
    assertThat(outline.get(2).x()).isCloseTo(0.5, within(1e-12));
    assertThat(outline.get(outline.size() - 1).x()).isEqualTo(10);
    assertThat(outline.get(outline.size() - 2).y()).isCloseTo(1 / 8.0, within(1e-12));
    double area = 0;
    for (int i = 1; i < outline.size(); i++) {
      area += (outline.get(i).x() - outline.get(i - 1).x()) * outline.get(i).y();
    }
    assertThat(area / 0.5).as("all responses").isCloseTo(1, within(1e-9));
  }

  @Test
  void warnsOfRewardsThatCoincideConflictOrHardlyVary() {
    Random random = new Random(1);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      double mood = random.nextGaussian();
      double other = random.nextGaussian();
      samples.add(
          sample(
              i / 4,
              mood,
              mood + 0.1 * other,
              -mood + 0.3 * other,
              -mood + 1.7 * random.nextGaussian(),
              i == 7 ? 1 : 0));
    }
    List<String> names = List.of("mood", "twin", "foe", "rival", "rare");
    RewardDiagnostics diagnostics = RewardDiagnostics.of(names, samples);
    assertThat(diagnostics.warnings())
        .satisfiesExactlyInAnyOrder(
            text ->
                assertThat(text)
                    .startsWith("rare is nearly constant: 0 for 99.5 % of the reference's"),
            text ->
                assertThat(text).startsWith("mood and twin are nearly the same: correlation 1.00"),
            text -> assertThat(text).startsWith("mood and foe conflict strongly: correlation -0.9"),
            text -> assertThat(text).startsWith("twin and foe conflict strongly: correlation -0."));
    Evaluation evaluation = diagnostics.evaluation();
    assertThat(evaluation.findings())
        .containsAll(diagnostics.warnings())
        .anySatisfy(text -> assertThat(text).startsWith("mood and rival conflict: correlation -0."))
        .anySatisfy(text -> assertThat(text).startsWith("foe and rival rise together"));
    assertThat(evaluation.tables().get(0).rows()).hasSize(5);
    assertThat(evaluation.tables().get(0).note()).contains("200 responses to 50 examples");
    assertThat(evaluation.tables().get(1).rows()).hasSize(10);
    assertThat(evaluation.charts()).extracting("id").contains("rewards-mood", "rewards-rare");
    assertThat(evaluation.metrics().get("rewards.pearson.mood:twin")).isBetween(0.98, 1.0);
  }

  @Test
  void oneRewardHasNoCorrelationsAndAConstantOneNoFigure() {
    List<Sample> same = List.of(sample(1, 2), sample(2, 2), sample(3, 2));
    Evaluation evaluation = RewardDiagnostics.of(List.of("one"), same).evaluation();
    assertThat(evaluation.tables()).hasSize(1);
    assertThat(evaluation.findings()).singleElement().asString().contains("nearly constant");

    List<Sample> pairs = List.of(sample(1, 2, 5), sample(2, 2, 6), sample(3, 2, 7));
    evaluation = RewardDiagnostics.of(List.of("one", "two"), pairs).evaluation();
    assertThat(evaluation.tables().get(1).rows().get(0)).contains("– [–, –]");
    assertThat(evaluation.metrics()).doesNotContainKey("rewards.pearson.one:two");
  }

  @Test
  void roundingDoesNotCorrelate() {
    double[] rounding = new double[X.length];
    for (int i = 0; i < X.length; i++) {
      rounding[i] = 0.1 + 1e-9 * X[i];
    }
    Correlation correlation = Correlation.of("x", X, "constant", rounding, X.length);
    assertThat(correlation.pearson().value()).isNaN();
    assertThat(correlation.spearman()).hasToString("– [–, –]");
  }

  private static Sample sample(int example, double... scores) {
    List<Double> row = new ArrayList<>();
    for (double score : scores) {
      row.add(score);
    }
    return new Sample(
        Sample.REFERENCE,
        1,
        Weighting.balanced(scores.length, 0.1),
        "example-" + example,
        "prompt",
        "response",
        3,
        row,
        -1,
        -1);
  }
}
