package dev.clp.api.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.Calibration;
import dev.clp.api.Evaluation;
import dev.clp.api.Evaluator;
import dev.clp.api.PolicyCost;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.SampleTable.Responses;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
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
   * examples of sampled responses; {@code steered} trades one objective for the other as asked,
   * {@code rigid} does not. For an evaluator of enumerated responses only, two such policies whose
   * responses are all there.
   */
  protected SampleTable table() {
    return create().supportedResponses().contains(Responses.SAMPLED)
        ? sampledTable()
        : enumeratedTable(false);
  }

  /** Returns {@link #table}, and one of enumerated responses if the evaluator reads both. */
  private List<SampleTable> tables() {
    SampleTable table = table();
    return table.responses() == Responses.SAMPLED
            && create().supportedResponses().contains(Responses.ENUMERATED)
        ? List.of(table, enumeratedTable(false))
        : List.of(table);
  }

  private SampleTable sampledTable() {
    SplittableRandom random = new SplittableRandom(1);
    double klCoefficient = context().klCoefficients().min();
    List<Sample> samples = new ArrayList<>();
    for (int example = 0; example < 8; example++) {
      samples.add(
          sample(Sample.REFERENCE, 1, Weighting.balanced(2, klCoefficient), example, 0, random));
    }
    for (long seed = 1; seed <= 2; seed++) {
      for (Weighting weighting : weightings()) {
        for (int example = 0; example < 8; example++) {
          samples.add(sample("steered", seed, weighting, example, 1, random));
          samples.add(sample("rigid", seed, weighting, example, 0, random));
        }
      }
    }
    return table(samples, Responses.SAMPLED);
  }

  /**
   * Returns a table of two responses to each of two examples.
   *
   * @param withImprobable whether there is a third response, which practically never occurs
   */
  private SampleTable enumeratedTable(boolean withImprobable) {
    List<Sample> samples = new ArrayList<>();
    for (String example : List.of("example-0", "example-1")) {
      Weighting balanced = Weighting.balanced(2, context().klCoefficients().min());
      samples.addAll(enumerated(Sample.REFERENCE, 1, balanced, example, 0.5, withImprobable));
      for (long seed = 1; seed <= 2; seed++) {
        for (Weighting weighting : weightings()) {
          double first = 0.1 + 0.7 * weighting.weight(0) + 0.05 * seed;
          samples.addAll(enumerated("steered", seed, weighting, example, first, withImprobable));
          samples.addAll(enumerated("rigid", seed, weighting, example, 0.5, withImprobable));
        }
      }
    }
    return table(samples, Responses.ENUMERATED);
  }

  private List<Weighting> weightings() {
    double klCoefficient = context().klCoefficients().min();
    return IntStream.rangeClosed(0, 4)
        .mapToObj(step -> new Weighting(List.of(step / 4.0, 1 - step / 4.0), klCoefficient))
        .toList();
  }

  private static SampleTable table(List<Sample> samples, Responses responses) {
    PolicyCost cost = new PolicyCost(1000, 2000, 12.5, 0.8, 0.1, 1);
    return new SampleTable(
        List.of("first", "second"),
        List.of(new Calibration(0.5, 0.2, 0), new Calibration(0.5, 0.2, 0)),
        Map.of("steered", cost, "rigid", cost),
        samples,
        responses);
  }

  /** Returns all responses of a policy, the first with a given probability. */
  private static List<Sample> enumerated(
      String policy,
      long seed,
      Weighting weighting,
      String example,
      double first,
      boolean withImprobable) {
    List<Sample> samples = new ArrayList<>();
    samples.add(response(policy, seed, weighting, example, 1, Math.log(first), Math.log(0.5)));
    samples.add(response(policy, seed, weighting, example, 0, Math.log(1 - first), Math.log(0.5)));
    if (withImprobable) {
      samples.add(response(policy, seed, weighting, example, 0.25, -800, -800));
    }
    return samples;
  }

  private static Sample response(
      String policy,
      long seed,
      Weighting weighting,
      String example,
      double score,
      double logProbability,
      double referenceLogProbability) {
    return new Sample(
        policy,
        seed,
        weighting,
        example,
        "A prompt",
        "response " + score,
        3,
        List.of(score, 1 - score),
        logProbability,
        referenceLogProbability);
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

  private List<Evaluation> evaluations() {
    return tables().stream().map(table -> create().evaluate(table)).toList();
  }

  /** The evaluator says which tables it understands, and {@link #table} is one of them. */
  @Test
  final void statesWhichTablesItUnderstands() {
    assertThat(create().supportedResponses()).as("the supported responses").isNotEmpty();
    assertThat(create().supportedResponses())
        .as("the supported responses")
        .contains(table().responses());
  }

  /** The same table gives the same evaluation, from the same evaluator and from a second one. */
  @Test
  final void evaluationsAreDeterministic() {
    for (SampleTable table : tables()) {
      Evaluator evaluator = create();
      Evaluation expected = evaluator.evaluate(table);
      assertThat(evaluator.evaluate(table)).as("the evaluation again").isEqualTo(expected);
      assertThat(create().evaluate(table)).as("another's evaluation").isEqualTo(expected);
    }
  }

  /** A response that practically never occurs changes nothing, where responses are enumerated. */
  @Test
  final void enumeratedResponsesCountByTheirProbability() {
    if (!create().supportedResponses().contains(Responses.ENUMERATED)) {
      return;
    }
    Map<String, Double> expected = create().evaluate(enumeratedTable(false)).metrics();
    Map<String, Double> found = create().evaluate(enumeratedTable(true)).metrics();
    assertThat(found.keySet()).as("the metrics' paths").isEqualTo(expected.keySet());
    expected.forEach(
        (path, value) ->
            assertThat(found.get(path))
                .as("%s with one more response, of no probability", path)
                .isCloseTo(value, within(1e-9 * (1 + Math.abs(value)))));
  }

  /** Metrics of all evaluators go into one file: each stands under its evaluator's name. */
  @Test
  final void metricsStandUnderTheEvaluatorsName() {
    for (Evaluation evaluation : evaluations()) {
      assertThat(evaluation.metrics().keySet())
          .as("the metrics' paths")
          .allMatch(path -> path.startsWith(factory().name() + "."));
    }
  }

  /** There is something to show. */
  @Test
  final void findsSomething() {
    assertThat(evaluations())
        .extracting(
            evaluation ->
                evaluation.metrics().size()
                    + evaluation.tables().size()
                    + evaluation.charts().size()
                    + evaluation.findings().size())
        .as("metrics, tables, charts and findings together")
        .allMatch(count -> count > 0);
  }

  /** Numbers can be written as JSON and drawn. */
  @Test
  final void numbersAreFinite() {
    evaluations().forEach(EvaluatorContract::checkNumbers);
  }

  private static void checkNumbers(Evaluation evaluation) {
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
    for (Evaluation evaluation : evaluations()) {
      List<String> ids = evaluation.charts().stream().map(Evaluation.Chart::id).toList();
      assertThat(ids).as("the charts' ids").doesNotHaveDuplicates();
      assertThat(ids)
          .as("the charts' ids")
          .allMatch(id -> id.matches("[A-Za-z0-9][A-Za-z0-9._-]*"));
    }
  }

  /** What people read is there: headings, axes, sentences. */
  @Test
  final void textIsNotBlank() {
    evaluations().forEach(EvaluatorContract::checkText);
  }

  private static void checkText(Evaluation evaluation) {
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
