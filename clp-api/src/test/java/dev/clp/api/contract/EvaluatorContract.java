package dev.clp.api.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.Calibration;
import dev.clp.api.Evaluation;
import dev.clp.api.Evaluator;
import dev.clp.api.PolicyCost;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What every evaluator must do. */
public abstract class EvaluatorContract extends ComponentContract<Evaluator> {

  /** Prepares the checks. */
  protected EvaluatorContract() {
    super(Evaluator.class);
  }

  /**
   * Returns the table to evaluate.
   *
   * <p>Unless overridden: the reference and two policies over five weightings, two seeds and eight
   * examples; {@code steered} trades one objective for the other as asked, {@code rigid} does not.
   */
  protected SampleTable table() {
    SplittableRandom random = new SplittableRandom(1);
    double kl = context().kl().min();
    List<Sample> samples = new ArrayList<>();
    for (int example = 0; example < 8; example++) {
      samples.add(sample(Sample.REFERENCE, 1, Weighting.balanced(2, kl), example, 0, random));
    }
    for (long seed = 1; seed <= 2; seed++) {
      for (int step = 0; step <= 4; step++) {
        Weighting weighting = new Weighting(List.of(step / 4.0, 1 - step / 4.0), kl);
        for (int example = 0; example < 8; example++) {
          samples.add(sample("steered", seed, weighting, example, 1, random));
          samples.add(sample("rigid", seed, weighting, example, 0, random));
        }
      }
    }
    PolicyCost cost = new PolicyCost(1000, 2000, 12.5, 0.8, 0.1, 1);
    return new SampleTable(
        List.of("first", "second"),
        List.of(new Calibration(0.5, 0.2, 0), new Calibration(0.5, 0.2, 0)),
        Map.of("steered", cost, "rigid", cost),
        samples);
  }

  private static Sample sample(
      String policy,
      long seed,
      Weighting weighting,
      int example,
      double steering,
      SplittableRandom random) {
    List<Double> scores = new ArrayList<>();
    for (double weight : weighting.weights()) {
      scores.add(0.5 + 0.4 * steering * weight + 0.05 * random.nextDouble());
    }
    double reference = -6 - random.nextDouble();
    return new Sample(
        policy,
        seed,
        weighting,
        "example-" + example,
        "A prompt",
        "response " + example,
        3,
        scores,
        reference + 0.2 * steering + 0.01 * random.nextDouble(),
        reference);
  }

  private Evaluation evaluate() {
    return create().evaluate(table());
  }

  /** The same table gives the same evaluation, from the same evaluator and from a second one. */
  @Test
  final void evaluationsAreDeterministic() {
    Evaluator evaluator = create();
    Evaluation expected = evaluator.evaluate(table());
    assertThat(evaluator.evaluate(table())).as("the evaluation again").isEqualTo(expected);
    assertThat(evaluate()).as("another's evaluation").isEqualTo(expected);
  }

  /** There is something to show. */
  @Test
  final void findsSomething() {
    Evaluation evaluation = evaluate();
    assertThat(
            evaluation.metrics().size()
                + evaluation.tables().size()
                + evaluation.charts().size()
                + evaluation.findings().size())
        .as("metrics, tables, charts and findings together")
        .isPositive();
  }

  /** Numbers can be written as JSON and drawn, and stand under a path of their own. */
  @Test
  final void numbersAreFinite() {
    Evaluation evaluation = evaluate();
    evaluation
        .metrics()
        .forEach(
            (path, value) -> {
              assertThat(path).as("a metric's path: words joined by dots").matches("\\S+");
              assertThat(value).as("the metric " + path).isFinite();
            });
    for (Evaluation.Chart chart : evaluation.charts()) {
      for (Evaluation.Series series : chart.series()) {
        for (Evaluation.Point point : series.points()) {
          assertThat(List.of(point.x(), point.y(), point.xError(), point.yError()))
              .as("a point of " + series.name() + " in the chart " + chart.id())
              .allMatch(Double::isFinite);
        }
      }
    }
  }

  /** Charts become files: their names are safe and unique. */
  @Test
  final void chartIdsAreFileNames() {
    List<String> ids = evaluate().charts().stream().map(Evaluation.Chart::id).toList();
    assertThat(ids).as("the charts' ids").doesNotHaveDuplicates();
    assertThat(ids).as("the charts' ids").allMatch(id -> id.matches("[A-Za-z0-9][A-Za-z0-9._-]*"));
  }

  /** What people read is there: headings, axes, sentences. */
  @Test
  final void textIsNotBlank() {
    Evaluation evaluation = evaluate();
    assertThat(evaluation.findings()).as("the findings").noneMatch(String::isBlank);
    assertThat(evaluation.tables().stream().map(Evaluation.Table::title))
        .as("the tables' titles")
        .noneMatch(String::isBlank);
    for (Evaluation.Chart chart : evaluation.charts()) {
      assertThat(List.of(chart.title(), chart.xLabel(), chart.yLabel()))
          .as("the title and the axes of the chart " + chart.id())
          .noneMatch(String::isBlank);
    }
  }
}
