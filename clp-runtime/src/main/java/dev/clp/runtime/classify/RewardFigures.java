package dev.clp.runtime.classify;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * How good a trained reward is on examples that chose nothing of it.
 *
 * @param label the head; {@code reward} for preferences, {@code label} for labelled pairs
 * @param measure {@code accuracy} or, of numbers, {@code correlation}
 * @param examples how many examples it was measured on
 * @param value the figure
 * @param baselines the same figure of what learns less, by name
 * @param logLoss the mean of {@code -log p} of what is right, in nats
 * @param calibrationError the expected calibration error: the mean distance of confidence and
 *     accuracy over ten bins of confidence (Naeini et al., 2015)
 * @param mean the mean of the network's logits, to normalise with
 * @param standardDeviation their standard deviation
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record RewardFigures(
    String label,
    String measure,
    int examples,
    IntervalEstimate value,
    Map<String, IntervalEstimate> baselines,
    OptionalDouble logLoss,
    OptionalDouble calibrationError,
    OptionalDouble mean,
    @JsonProperty("deviation") OptionalDouble standardDeviation) {

  private static final int BINS = 10;

  /**
   * What a network or a baseline says of examples.
   *
   * @param logits per example, [pairs of the example][labels]
   */
  record Answers(List<float[][]> logits) {}

  /** One decision: whether it was right, and the probability that was given to it and to truth. */
  private record Decision(boolean isRight, double confidence, double truth) {}

  /**
   * Measures a network beside baselines.
   *
   * @param targets per example, as {@link RewardKind#loss} takes them
   * @return one per head of a regression, otherwise one
   */
  static List<RewardFigures> of(
      RewardKind kind,
      List<String> labels,
      List<List<Double>> targets,
      Answers network,
      Map<String, Answers> baselines) {
    if (kind == RewardKind.REGRESSION) {
      return IntStream.range(0, labels.size())
          .mapToObj(head -> ofHead(head, labels.get(head), targets, network, baselines))
          .toList();
    }
    List<Decision> decisions = decisions(kind, targets, network);
    Map<String, IntervalEstimate> compared = new LinkedHashMap<>();
    baselines.forEach(
        (name, answers) -> compared.put(name, accuracy(decisions(kind, targets, answers))));
    List<Double> scores = kind == RewardKind.PREFERENCE ? column(network, 0) : List.of();
    return List.of(
        new RewardFigures(
            kind == RewardKind.PREFERENCE ? labels.get(0) : "label",
            "accuracy",
            targets.size(),
            accuracy(decisions),
            compared,
            OptionalDouble.of(
                decisions.stream().mapToDouble(each -> -Math.log(each.truth())).sum()
                    / decisions.size()),
            OptionalDouble.of(calibrationError(decisions)),
            scores.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(IntervalEstimate.mean(scores)),
            scores.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(IntervalEstimate.standardDeviation(scores))));
  }

  private static RewardFigures ofHead(
      int head,
      String label,
      List<List<Double>> targets,
      Answers network,
      Map<String, Answers> baselines) {
    List<Double> truth = targets.stream().map(target -> target.get(head)).toList();
    List<Double> scores = column(network, head);
    Map<String, IntervalEstimate> compared = new LinkedHashMap<>();
    baselines.forEach(
        (name, answers) ->
            compared.put(name, IntervalEstimate.correlation(column(answers, head), truth)));
    return new RewardFigures(
        label,
        "correlation",
        targets.size(),
        IntervalEstimate.correlation(scores, truth),
        compared,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.of(IntervalEstimate.mean(scores)),
        OptionalDouble.of(IntervalEstimate.standardDeviation(scores)));
  }

  /** Returns a figure to choose among baselines by: the mean over heads. */
  static double value(
      RewardKind kind, List<String> labels, List<List<Double>> targets, Answers answers) {
    return of(kind, labels, targets, answers, Map.of()).stream()
        .mapToDouble(figures -> figures.value().value())
        .average()
        .orElseThrow();
  }

  private static List<Double> column(Answers answers, int label) {
    List<Double> column = new ArrayList<>();
    for (float[][] rows : answers.logits()) {
      for (float[] row : rows) {
        column.add((double) row[label]);
      }
    }
    return column;
  }

  private static List<Decision> decisions(
      RewardKind kind, List<List<Double>> targets, Answers answers) {
    return IntStream.range(0, targets.size())
        .mapToObj(
            i ->
                kind == RewardKind.PREFERENCE
                    ? preference(answers.logits().get(i))
                    : labelled(answers.logits().get(i)[0], targets.get(i)))
        .toList();
  }

  private static Decision preference(float[][] logits) {
    double margin = logits[0][0] - logits[1][0];
    return new Decision(
        margin > 0,
        RewardKind.sigmoid(Math.abs(margin)),
        Math.max(Double.MIN_NORMAL, RewardKind.sigmoid(margin)));
  }

  /**
   * Decides for the most probable label; where an example says only that its label is one of
   * several, decides whether it is.
   */
  private static Decision labelled(float[] logits, List<Double> target) {
    double[] p = RewardKind.softmax(logits);
    double truth = RewardKind.mass(p, target);
    if (target.stream().filter(allowed -> allowed > 0).count() > 1) {
      return new Decision(truth > 0.5, Math.max(truth, 1 - truth), truth);
    }
    int best = 0;
    for (int j = 1; j < p.length; j++) {
      best = p[j] > p[best] ? j : best;
    }
    return new Decision(target.get(best) > 0, p[best], truth);
  }

  private static IntervalEstimate accuracy(List<Decision> decisions) {
    return IntervalEstimate.proportion(
        (int) decisions.stream().filter(Decision::isRight).count(), decisions.size());
  }

  private static double calibrationError(List<Decision> decisions) {
    double[] surplus = new double[BINS];
    for (Decision decision : decisions) {
      int bin = Math.min(BINS - 1, (int) (decision.confidence() * BINS));
      surplus[bin] += decision.confidence() - (decision.isRight() ? 1 : 0);
    }
    double error = 0;
    for (double each : surplus) {
      error += Math.abs(each) / decisions.size();
    }
    return error;
  }
}
