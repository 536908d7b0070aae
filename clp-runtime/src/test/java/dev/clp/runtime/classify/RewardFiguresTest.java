package dev.clp.runtime.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clp.runtime.classify.RewardFigures.Answers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RewardFiguresTest {

  private static final List<String> LABELS = List.of("a", "b", "c");

  private static float[][] probabilities(double... p) {
    float[][] logits = new float[1][p.length];
    for (int i = 0; i < p.length; i++) {
      logits[0][i] = (float) Math.log(p[i]);
    }
    return logits;
  }

  @Test
  void decidesForTheMostProbableLabelAndCalibrates() {
    List<List<Double>> targets =
        List.of(
            List.of(1.0, 0.0, 0.0),
            List.of(0.0, 1.0, 0.0),
            // Neither label alone has the most, both together have.
            List.of(0.0, 1.0, 1.0));
    Answers answers =
        new Answers(
            List.of(
                probabilities(0.72, 0.18, 0.1),
                probabilities(0.78, 0.12, 0.1),
                probabilities(0.4, 0.35, 0.25)));
    RewardFigures figures =
        RewardFigures.of(RewardKind.NLI, LABELS, targets, answers, Map.of("same", answers)).get(0);
    assertThat(figures.value()).isEqualTo(IntervalEstimate.proportion(2, 3));
    assertThat(figures.baselines()).containsEntry("same", IntervalEstimate.proportion(2, 3));
    assertThat(figures.logLoss().getAsDouble())
        .isCloseTo(-(Math.log(0.72) + Math.log(0.12) + Math.log(0.6)) / 3, within(1e-6));
    // One bin has confidences 0.72 and 0.78, one of them right; another 0.6, right.
    assertThat(figures.calibrationError().getAsDouble())
        .isCloseTo((Math.abs(0.72 + 0.78 - 1) + Math.abs(0.6 - 1)) / 3, within(1e-6));
    assertThat(figures.mean()).isEmpty();
  }

  @Test
  void countsPreferencesThatAreOrderedRight() {
    Answers answers =
        new Answers(
            List.of(new float[][] {{2}, {1}}, new float[][] {{0}, {3}}, new float[][] {{1}, {1}}));
    RewardFigures figures =
        RewardFigures.of(
                RewardKind.PREFERENCE,
                List.of("reward"),
                List.of(List.of(), List.of(), List.of()),
                answers,
                Map.of())
            .get(0);
    assertThat(figures.value())
        .as("a tie is not right")
        .isEqualTo(IntervalEstimate.proportion(1, 3));
    assertThat(figures.mean().getAsDouble()).isCloseTo(8 / 6.0, within(1e-9));
    assertThat(figures.logLoss().getAsDouble())
        .isCloseTo(
            (Math.log1p(Math.exp(-1)) + Math.log1p(Math.exp(3)) + Math.log(2)) / 3, within(1e-6));
  }

  @Test
  void correlatesEachHead() {
    List<List<Double>> targets =
        List.of(List.of(1.0, 1.0), List.of(2.0, 5.0), List.of(3.0, 2.0), List.of(4.0, 7.0));
    Answers answers =
        new Answers(
            List.of(
                new float[][] {{-1, -1}},
                new float[][] {{0, -5}},
                new float[][] {{1, -2}},
                new float[][] {{2, -7}}));
    List<RewardFigures> figures =
        RewardFigures.of(RewardKind.REGRESSION, List.of("x", "y"), targets, answers, Map.of());
    assertThat(figures).extracting(RewardFigures::label).containsExactly("x", "y");
    assertThat(figures.get(0).value().value()).isCloseTo(1, within(1e-12));
    assertThat(figures.get(1).value().value()).isCloseTo(-1, within(1e-12));
    assertThat(figures.get(0).standardDeviation().getAsDouble())
        .isCloseTo(Math.sqrt(1.25), within(1e-9));
  }
}
