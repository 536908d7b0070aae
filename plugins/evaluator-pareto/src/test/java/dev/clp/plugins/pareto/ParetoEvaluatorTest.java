package dev.clp.plugins.pareto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.Evaluation;
import dev.clp.api.Evaluation.Chart;
import dev.clp.api.Evaluation.Point;
import dev.clp.api.Evaluation.Series;
import dev.clp.api.Evaluation.Table;
import dev.clp.api.KlRange;
import dev.clp.api.Plugin;
import dev.clp.api.PolicyCost;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParetoEvaluatorTest {

  private static final Weighting FIRST = new Weighting(List.of(1.0, 0.0), 0.5);
  private static final Weighting HALF = new Weighting(List.of(0.5, 0.5), 0.5);
  private static final Weighting SECOND = new Weighting(List.of(0.0, 1.0), 0.5);

  /**
   * Policy {@code wide} steers from (3, 1) by (2, 2) to (1, 3), and 0.1 better or worse along the
   * first objective by seed; {@code stuck} answers (1, 1) whatever the weighting.
   */
  private static Tables two() {
    Tables tables = Tables.of("accuracy", "brevity");
    for (int seed = 1; seed <= 3; seed++) {
      double shift = (seed - 2) * 0.1;
      tables
          .add("wide", seed, FIRST, 2, 3 + shift, 1)
          .add("wide", seed, SECOND, 4, 1 + shift, 3)
          .add("wide", seed, HALF, 3, 2 + shift, 2)
          .add("stuck", seed, FIRST, 1, 1, 1)
          .add("stuck", seed, HALF, 1, 1, 1)
          .add("stuck", seed, SECOND, 1, 1, 1);
    }
    return tables.reference(HALF, 0.5, 1);
  }

  private static Evaluation evaluate(Tables tables) {
    return evaluate(tables.table());
  }

  private static Evaluation evaluate(SampleTable table) {
    return evaluate(table, Optional.empty());
  }

  private static Evaluation evaluate(SampleTable table, Optional<Double> klLimit) {
    return evaluate(table, klLimit, List.of());
  }

  /** Evaluates, and checks what holds of every evaluation. */
  private static Evaluation evaluate(
      SampleTable table, Optional<Double> klLimit, List<List<Double>> referenceFront) {
    Evaluation evaluation =
        new ParetoFactory()
            .create(
                new ParetoOptions(0.95, klLimit, referenceFront),
                new TestContext(table.objectives(), KlRange.fixed(0.5)))
            .evaluate(table);
    assertThat(evaluation.metrics().values()).allMatch(Double::isFinite);
    for (Chart chart : evaluation.charts()) {
      assertThat(chart.id()).matches("[A-Za-z0-9_-]+");
      for (Series series : chart.series()) {
        assertThat(series.points())
            .isNotEmpty()
            .allMatch(p -> Double.isFinite(p.x()) && Double.isFinite(p.y()))
            .allMatch(p -> p.xError() >= 0 && p.yError() >= 0);
      }
    }
    assertThat(evaluation.charts()).extracting(Chart::id).doesNotHaveDuplicates();
    assertThat(evaluation.toString()).doesNotContain("NaN").doesNotContain("Infinity");
    return evaluation;
  }

  private static Table tableOf(Evaluation evaluation, String title) {
    return evaluation.tables().stream()
        .filter(table -> table.title().equals(title))
        .findFirst()
        .orElseThrow();
  }

  private static String cell(Table table, String policy, String column) {
    int index =
        table
            .columns()
            .indexOf(
                table.columns().stream()
                    .filter(c -> c.startsWith(column))
                    .findFirst()
                    .orElseThrow());
    return table.rows().stream()
        .filter(row -> row.get(0).equals(policy))
        .findFirst()
        .orElseThrow()
        .get(index);
  }

  private static Chart chart(Evaluation evaluation, String id) {
    return evaluation.charts().stream().filter(c -> c.id().equals(id)).findFirst().orElseThrow();
  }

  private static Series series(Chart chart, String name) {
    return chart.series().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void isFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(Plugin.class)).hasAtLeastOneElementOfType(ParetoFactory.class);
  }

  /** By seed 6 + 3 * shift; the half-width is t = 4.3027 times 0.3 / sqrt(3). */
  @Test
  void measuresHypervolumeWithItsInterval() {
    Evaluation evaluation = evaluate(two());

    assertThat(evaluation.metrics().get("pareto.hypervolume.wide.mean")).isCloseTo(6, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.hypervolume.wide.half-width"))
        .isCloseTo(4.3027 * 0.3 / Math.sqrt(3), within(1e-4));
    assertThat(evaluation.metrics().get("pareto.hypervolume.stuck.mean"))
        .isCloseTo(1, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.hypervolume.reference.mean"))
        .isCloseTo(0.5, within(1e-9));
    assertThat(evaluation.metrics()).doesNotContainKey("pareto.hypervolume.reference.half-width");

    Table table = tableOf(evaluation, "Fronts");
    assertThat(cell(table, "wide", "hypervolume above (accuracy 0, brevity 0)"))
        .isEqualTo("6 ± 0.75");
    assertThat(cell(table, "reference", "hypervolume")).isEqualTo("0.5 ± –");
  }

  /** In deviations above the floor: (3, 1) is (4 / 2, 2 / 0.5), and so on. */
  @Test
  void measuresInDeviationsAboveTheFloor() {
    Evaluation evaluation = evaluate(two().calibrate(0, 0, 2, -1).calibrate(1, 0, 0.5, 2));

    // Of the three points only (1, 3) lies above both floors: (1 + 1) / 2 * (3 - 2) / 0.5.
    assertThat(evaluation.metrics().get("pareto.hypervolume.wide.mean")).isCloseTo(2, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.span.wide.accuracy")).isCloseTo(1, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.span.wide.brevity")).isCloseTo(4, within(1e-9));
    assertThat(evaluation.metrics())
        .containsEntry("pareto.reference-point.accuracy", -1.0)
        .containsEntry("pareto.reference-point.brevity", 2.0);
    Table fronts = tableOf(evaluation, "Fronts");
    assertThat(fronts.columns()).contains("hypervolume above (accuracy -1, brevity 2)");
    assertThat(fronts.note()).contains("(accuracy -1, brevity 2)").contains("95 % interval");
  }

  @Test
  void measuresCoverage() {
    Evaluation evaluation = evaluate(two());

    assertThat(evaluation.metrics().get("pareto.non-dominated-ratio.wide.mean")).isEqualTo(1);
    assertThat(evaluation.metrics().get("pareto.span.wide.accuracy")).isCloseTo(2, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.spacing.wide.mean")).isCloseTo(0, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.kl.wide.mean")).isCloseTo(3, within(1e-9));
  }

  @Test
  void countsDominatedWeightings() {
    Evaluation evaluation =
        evaluate(
            Tables.of("accuracy", "brevity")
                .add("dented", 1, FIRST, 1, 3, 1)
                .add("dented", 1, HALF, 1, 0.5, 0.5)
                .add("dented", 1, SECOND, 1, 1, 3));

    assertThat(evaluation.metrics().get("pareto.non-dominated-ratio.dented.mean"))
        .isCloseTo(2 / 3.0, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.hypervolume.dented.mean"))
        .isCloseTo(5, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.steerability.dented.accuracy"))
        .isCloseTo(0.5, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.monotone-proportion.dented.accuracy"))
        .isEqualTo(0.5);
    assertThat(cell(tableOf(evaluation, "Fronts"), "dented", "spacing")).isEqualTo("–");
  }

  @Test
  void measuresSteerability() {
    Evaluation evaluation = evaluate(two());

    assertThat(evaluation.metrics().get("pareto.steerability.wide.accuracy"))
        .isCloseTo(1, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.steerability.wide.accuracy.half-width"))
        .isCloseTo(0, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.monotone-proportion.wide.brevity")).isEqualTo(1);
    assertThat(evaluation.metrics().get("pareto.mean-steerability.wide.mean"))
        .isCloseTo(1, within(1e-9));
  }

  @Test
  void leavesTheRankCorrelationOfAConstantUndefined() {
    Evaluation evaluation = evaluate(two());

    assertThat(evaluation.metrics().keySet())
        .noneMatch(path -> path.startsWith("pareto.steerability.stuck"))
        .noneMatch(path -> path.startsWith("pareto.mean-steerability.stuck"))
        .contains("pareto.monotone-proportion.stuck.accuracy");
    Table fronts = tableOf(evaluation, "Fronts");
    assertThat(cell(fronts, "stuck", "steerability by the weight of accuracy")).isEqualTo("–");
    assertThat(evaluation.findings())
        .contains(
            "The mean steerability is undefined for stuck: for at least one seed, a reward or KL"
                + " stays the same along its weight.");
  }

  /** V at (0.5, 0.5) with KL coefficient 0.5: 0.5 * (0.5 * 2 + 0.5 * 2) - 0.5 * 3. */
  @Test
  void measuresTheValueOfEachWeighting() {
    Evaluation evaluation = evaluate(two());

    assertThat(evaluation.metrics().get("pareto.value.wide.0.5:0.5@0.5"))
        .isCloseTo(-0.5, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.value.wide.1:0@0.5")).isCloseTo(0.5, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.value.wide.0:1@0.5")).isCloseTo(-0.5, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.value.wide.mean"))
        .isCloseTo(-0.5 / 3, within(1e-9));
  }

  @Test
  void normalisesRewardsInTheValueByMeanAndDeviation() {
    Evaluation evaluation = evaluate(two().calibrate(0, 1, 2, 0));

    // 0.5 * (3 - 1) / 2 - 0.5 * 2
    assertThat(evaluation.metrics().get("pareto.value.wide.1:0@0.5")).isCloseTo(-0.5, within(1e-9));
  }

  @Test
  void listsReturnsAlongTheGrid() {
    Table returns = tableOf(evaluate(two()), "Returns by weighting");

    assertThat(returns.columns())
        .containsExactly("policy", "weighting", "accuracy", "brevity", "KL (nats)", "tokens", "V");
    assertThat(returns.rows())
        .contains(List.of("wide", "0:1@0.5", "1 ± 0.25", "3 ± 0", "4 ± 0", "12 ± 0", "-0.5 ± 0"))
        .contains(List.of("reference", "–", "0.5 ± –", "1 ± –", "0 ± –", "12 ± –", "–"))
        .extracting(row -> row.get(0) + " " + row.get(1))
        .containsExactly(
            "wide 0:1@0.5",
            "wide 0.5:0.5@0.5",
            "wide 1:0@0.5",
            "stuck 0:1@0.5",
            "stuck 0.5:0.5@0.5",
            "stuck 1:0@0.5",
            "reference –");
  }

  @Test
  void averagesSamplesWithinExamplesFirst() {
    Evaluation evaluation =
        evaluate(
            Tables.of("accuracy", "brevity")
                .addOne("uneven", 1, HALF, "a", 1, 0, 0)
                .addOne("uneven", 1, HALF, "b", 2, 1, 1)
                .addOne("uneven", 1, HALF, "b", 4, 3, 3));

    assertThat(evaluation.metrics().get("pareto.return.uneven.0.5:0.5@0.5.accuracy"))
        .isCloseTo(1, within(1e-12));
    assertThat(evaluation.metrics().get("pareto.kl.uneven.0.5:0.5@0.5"))
        .isCloseTo(2, within(1e-12));
  }

  @Test
  void listsCosts() {
    Evaluation evaluation =
        evaluate(
            two()
                .cost("wide", new PolicyCost(1_234_567, 2_000_000, 12.5, Double.NaN, 0.25, 2))
                .cost(Sample.REFERENCE, new PolicyCost(0, 1_000_000, 0, 0.02, 0, 1)));

    assertThat(tableOf(evaluation, "Costs").rows())
        .containsExactly(
            List.of("wide", "1,234,567", "2,000,000", "12.5", "–", "0.25", "2"),
            List.of("stuck", "–", "–", "–", "–", "–", "–"),
            List.of("reference", "0", "1,000,000", "0", "0.02", "0", "1"));
    assertThat(evaluation.metrics())
        .containsEntry("pareto.cost.wide.trained-parameters", 1_234_567.0)
        .containsEntry("pareto.cost.wide.models-per-token", 2.0)
        .doesNotContainKey("pareto.cost.wide.milliseconds-per-token")
        .doesNotContainKey("pareto.cost.stuck.trained-parameters");
  }

  @Test
  void drawsTheFrontAlongTheWeighting() {
    Chart chart = chart(evaluate(two()), "pareto-front-accuracy-brevity");

    assertThat(chart.xLabel()).isEqualTo("mean accuracy");
    assertThat(chart.yLabel()).isEqualTo("mean brevity");
    assertThat(chart.series())
        .extracting(Series::name)
        .containsExactly("wide", "stuck", Sample.REFERENCE);
    Series wide = series(chart, "wide");
    assertThat(wide.line()).isTrue();
    assertThat(wide.points())
        .extracting(Point::label)
        .containsExactly("0:1@0.5", "0.5:0.5@0.5", "1:0@0.5");
    assertThat(wide.points())
        .allSatisfy(
            point -> {
              assertThat(point.xError()).isCloseTo(4.3027 * 0.1 / Math.sqrt(3), within(1e-4));
              assertThat(point.yError()).isZero();
            });
    Series reference = series(chart, Sample.REFERENCE);
    assertThat(reference.line()).isFalse();
    assertThat(reference.points()).containsExactly(new Point(0.5, 1, 0, 0, Sample.REFERENCE));
  }

  @Test
  void drawsRewardsAndKlAlongTheWeighting() {
    Evaluation evaluation = evaluate(two());

    assertThat(evaluation.charts())
        .extracting(Chart::id)
        .containsExactly(
            "pareto-front-accuracy-brevity",
            "pareto-steering-accuracy",
            "pareto-steering-brevity",
            "pareto-kl-accuracy");
    assertThat(chart(evaluation, "pareto-steering-brevity").title())
        .isEqualTo("Mean brevity along the weight of brevity");
    assertThat(series(chart(evaluation, "pareto-steering-brevity"), Sample.REFERENCE).points())
        .extracting(Point::y)
        .containsExactly(1.0, 1.0, 1.0);
    assertThat(series(chart(evaluation, "pareto-steering-brevity"), "wide").points())
        .extracting(Point::x, Point::y)
        .containsExactly(tuple(0.0, 1.0), tuple(0.5, 2.0), tuple(1.0, 3.0));
    assertThat(series(chart(evaluation, "pareto-kl-accuracy"), "wide").points())
        .extracting(Point::y)
        .containsExactly(4.0, 3.0, 2.0);
  }

  @Test
  void findsWhatIntervalsSetApart() {
    assertThat(evaluate(two()).findings())
        .contains(
            "wide has the largest hypervolume, 6 ± 0.75, before stuck's 1 ± 0;"
                + " the 95 % intervals do not overlap.",
            "The mean steerability of wide is 1 ± 0.",
            "At the ends of wide's front, accuracy at 1:0@0.5 is 3 ± 0.25, above the reference's"
                + " 0.5; brevity at 0:1@0.5 is 3 ± 0, above the reference's 1.",
            "At the ends of stuck's front, accuracy at 1:0@0.5 is 1 ± 0, above the reference's"
                + " 0.5; brevity at 0:1@0.5 is 1 ± 0, indistinguishable from the reference's 1.");
  }

  @Test
  void findsWhoCostsLeastAmongTheBest() {
    Tables tables = Tables.of("accuracy", "brevity");
    for (int seed = 1; seed <= 2; seed++) {
      tables
          .add("large", seed, HALF, 1, 2 + 0.01 * seed, 1)
          .add("mixed", seed, HALF, 1, 2 + 0.011 * seed, 1)
          .add("small", seed, HALF, 1, 2 + 0.009 * seed, 1)
          .add("weak", seed, HALF, 1, 1 + 0.01 * seed, 1);
    }
    tables
        .cost("large", new PolicyCost(300, 300, 1, 0.02, 1, 1))
        .cost("mixed", new PolicyCost(400, 400, 1, 0.05, 1, 2))
        .cost("small", new PolicyCost(20, 20, 1, 0.02, 1, 1))
        .cost("weak", new PolicyCost(10, 10, 1, 0.02, 1, 1));
    assertThat(evaluate(tables).findings())
        .anySatisfy(
            finding ->
                assertThat(finding)
                    .startsWith("mixed has the largest hypervolume, ")
                    .endsWith("overlap, so the order may be chance. Lower, without overlap: weak."))
        .contains(
            "Among the 3 policies whose hypervolume is indistinguishable from the largest, small"
                + " trains the fewest parameters, 20.",
            "mixed runs 2 models per token and takes 2.5 times as long as a policy of one model"
                + " does at the median, 0.02 ms.");
  }

  @Test
  void saysWhereIntervalsOverlap() {
    Tables tables = Tables.of("accuracy", "brevity");
    for (int seed = 1; seed <= 2; seed++) {
      tables.add("left", seed, HALF, 1, seed, 1).add("right", seed, HALF, 1, seed + 0.1, 1);
    }
    assertThat(evaluate(tables.reference(HALF, 0, 0)).findings())
        .anySatisfy(
            finding ->
                assertThat(finding)
                    .startsWith("right has the largest hypervolume, 1.6 ± 6.4, before left's")
                    .endsWith("; the 95 % intervals overlap, so the order may be chance."))
        .anySatisfy(
            finding ->
                assertThat(finding)
                    .startsWith("At the ends of right's front, accuracy at 0.5:0.5@0.5 is")
                    .contains("indistinguishable from the reference's 0;"));
  }

  @Test
  void claimsNoIntervalForOneSeed() {
    Evaluation evaluation =
        evaluate(
            Tables.of("accuracy", "brevity")
                .add("left", 1, HALF, 1, 1, 1)
                .add("right", 1, HALF, 1, 2, 1)
                .reference(HALF, 0, 0));

    assertThat(evaluation.metrics().keySet()).noneMatch(path -> path.endsWith("half-width"));
    assertThat(cell(tableOf(evaluation, "Fronts"), "right", "hypervolume")).isEqualTo("2 ± –");
    assertThat(evaluation.findings())
        .contains(
            "right has the largest hypervolume, 2, before left's 1;"
                + " with one seed there is no 95 % interval, so the order may be chance.",
            "At the ends of left's front, accuracy at 0.5:0.5@0.5 is 1, the reference's 0 (one"
                + " seed: no 95 % interval); brevity at 0.5:0.5@0.5 is 1, the reference's 0 (one"
                + " seed: no 95 % interval).");
  }

  @Test
  void callsATieATie() {
    assertThat(
            evaluate(
                    Tables.of("accuracy", "brevity")
                        .add("left", 1, HALF, 1, 1, 2)
                        .add("right", 1, HALF, 1, 2, 1))
                .findings())
        .contains("left and right share the largest hypervolume, 2.");
  }

  @Test
  void acceptsASingleWeighting() {
    Evaluation evaluation = evaluate(Tables.of("accuracy", "brevity").add("one", 1, HALF, 1, 2, 3));

    assertThat(evaluation.metrics())
        .containsEntry("pareto.hypervolume.one.mean", 6.0)
        .containsEntry("pareto.non-dominated-ratio.one.mean", 1.0)
        .containsEntry("pareto.span.one.accuracy", 0.0);
    assertThat(evaluation.metrics().keySet())
        .noneMatch(path -> path.contains("steerability") || path.contains("monotone"));
    assertThat(evaluation.findings()).noneMatch(finding -> finding.contains("steerability"));
    assertThat(evaluation.charts())
        .extracting(Chart::id)
        .containsExactly("pareto-front-accuracy-brevity");
  }

  @Test
  void acceptsTheReferenceAlone() {
    Evaluation evaluation = evaluate(Tables.of("accuracy", "brevity").reference(HALF, 2, 3));

    assertThat(evaluation.metrics()).containsEntry("pareto.hypervolume.reference.mean", 6.0);
    assertThat(tableOf(evaluation, "Fronts").rows()).hasSize(1);
    assertThat(evaluation.findings()).isEmpty();
  }

  /** The corners and the centre; the boxes share the unit cube, each corner adds one more. */
  @Test
  void measuresThreeObjectives() {
    Tables tables = Tables.of("a", "b", "c");
    for (int i = 0; i < 3; i++) {
      double[] rewards = {1, 1, 1};
      rewards[i] = 2;
      tables.add("policy", 1, Weighting.corner(3, i, 0.1), 1, rewards);
    }
    Evaluation evaluation =
        evaluate(
            tables
                .add("policy", 1, Weighting.balanced(3, 0.1), 1, 1, 1, 1)
                .reference(Weighting.balanced(3, 0.1), 0, 0, 0));

    assertThat(evaluation.metrics().get("pareto.hypervolume.policy.mean"))
        .isCloseTo(4, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.non-dominated-ratio.policy.mean")).isEqualTo(0.75);
    // Along the weight of a: 0 (two corners), 1/3, 1 with means 1, 1, 2.
    assertThat(evaluation.metrics().get("pareto.steerability.policy.a"))
        .isCloseTo(Math.sqrt(3) / 2, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.monotone-proportion.policy.a")).isEqualTo(0.5);
    assertThat(evaluation.charts())
        .extracting(Chart::id)
        .containsExactly(
            "pareto-front-a-b",
            "pareto-front-a-c",
            "pareto-front-b-c",
            "pareto-steering-a",
            "pareto-steering-b",
            "pareto-steering-c",
            "pareto-kl-a",
            "pareto-kl-b",
            "pareto-kl-c");
    assertThat(series(chart(evaluation, "pareto-front-a-b"), "policy").line()).isFalse();
    Chart steering = chart(evaluation, "pareto-steering-a");
    assertThat(steering.title())
        .isEqualTo("Mean a along the weight of a, averaged over the other knobs");
    assertThat(series(steering, "policy").points())
        .extracting(Point::y)
        .containsExactly(1.0, 1.0, 2.0);
  }

  /** Of (3, 6 nats), (2, 4 nats) and (1, 2 nats), 9 deviation-nats lie below a limit of 7 nats. */
  @ParameterizedTest
  @CsvSource({"7, 9", "5, 4", "1, 0"})
  void withALimitKlIsAnAxisOfTheHypervolume(double limit, double hypervolume) {
    Tables tables = Tables.of("reward");
    for (int i = 1; i <= 3; i++) {
      tables.add("policy", 1, new Weighting(List.of(1.0), i / 4.0), 8 - 2 * i, 4 - i);
    }
    Evaluation evaluation =
        evaluate(tables.reference(new Weighting(List.of(1.0), 0.5), 0).table(), Optional.of(limit));
    assertThat(evaluation.metrics().get("pareto.hypervolume.policy.mean"))
        .isCloseTo(hypervolume, within(1e-9));
    assertThat(tableOf(evaluation, "Fronts").columns().get(2)).contains("KL " + Math.round(limit));
  }

  /** One objective under three KL coefficients: less KL costs reward. */
  @Test
  void drawsRewardAgainstKlForOneObjective() {
    Tables tables = Tables.of("reward");
    for (int i = 1; i <= 3; i++) {
      tables.add("policy", 1, new Weighting(List.of(1.0), i / 4.0), 8 - 2 * i, 4 - i);
    }
    Evaluation evaluation = evaluate(tables.reference(new Weighting(List.of(1.0), 0.5), 0));

    assertThat(evaluation.charts())
        .extracting(Chart::id)
        .containsExactly(
            "pareto-front-kl-to-reference-reward",
            "pareto-steering-reward",
            "pareto-kl-kl-coefficient");
    Chart front = chart(evaluation, "pareto-front-kl-to-reference-reward");
    assertThat(front.xLabel()).isEqualTo("KL to the reference (nats)");
    assertThat(series(front, "policy").points())
        .containsExactly(
            new Point(6, 3, 0, 0, "1@0.25"),
            new Point(4, 2, 0, 0, "1@0.5"),
            new Point(2, 1, 0, 0, "1@0.75"));
    assertThat(series(front, Sample.REFERENCE).points())
        .containsExactly(new Point(0, 0, 0, 0, Sample.REFERENCE));
    assertThat(chart(evaluation, "pareto-steering-reward").xLabel()).isEqualTo("KL coefficient");
    assertThat(evaluation.metrics())
        .containsEntry("pareto.hypervolume.policy.mean", 3.0)
        .containsEntry("pareto.non-dominated-ratio.policy.mean", 1.0)
        .containsEntry("pareto.monotone-proportion.policy.kl-coefficient", 1.0);
    assertThat(evaluation.metrics().get("pareto.steerability.policy.kl-coefficient"))
        .isCloseTo(1, within(1e-9));
    assertThat(evaluation.findings()).noneMatch(finding -> finding.contains("hypervolume"));
    assertThat(evaluation.findings())
        .anyMatch(finding -> finding.contains("reward at 1@0.25 is 3, the reference's 0"));
  }

  /** Several objectives under several KL coefficients: one line of the front per KL coefficient. */
  @Test
  void splitsFrontsByKlCoefficient() {
    Tables tables = Tables.of("accuracy", "brevity");
    for (double klCoefficient : new double[] {0.25, 0.75}) {
      tables
          .add(
              "policy",
              1,
              Weighting.corner(2, 0, klCoefficient),
              4 * (1 - klCoefficient),
              3 - klCoefficient,
              1)
          .add(
              "policy",
              1,
              Weighting.corner(2, 1, klCoefficient),
              4 * (1 - klCoefficient),
              1,
              3 - klCoefficient);
    }
    Evaluation evaluation = evaluate(tables);

    assertThat(chart(evaluation, "pareto-front-accuracy-brevity").series())
        .extracting(Series::name)
        .containsExactly("policy at KL coefficient 0.25", "policy at KL coefficient 0.75");
    assertThat(evaluation.metrics())
        .as("less reward for less KL is no defect")
        .containsEntry("pareto.non-dominated-ratio.policy.mean", 1.0);
    assertThat(evaluation.metrics().get("pareto.steerability.policy.kl-coefficient"))
        .isCloseTo(1, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.steerability.policy.accuracy"))
        .isCloseTo(1, within(1e-9));
  }

  @Test
  void tellsApartWeightingsWhoseShortNamesCoincide() {
    Evaluation evaluation =
        evaluate(
            Tables.of("reward")
                .add("policy", 1, new Weighting(List.of(1.0), 1e-5), 1, 2)
                .add("policy", 1, new Weighting(List.of(1.0), 2e-5), 1, 1));

    assertThat(evaluation.metrics())
        .containsKeys("pareto.value.policy.1.0@1.0E-5", "pareto.value.policy.1.0@2.0E-5");
  }

  @Test
  void rejectsAMissingWeighting() {
    Tables tables = two().add("late", 7, HALF, 1, 1, 1).add("late", 7, FIRST, 1, 1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluate(tables))
        .withMessageContaining("policy 'late' has no samples at the weighting 0:1@0.5 for seed 7")
        .withMessageContaining("same 3 weightings: sample the missing ones");
  }

  @Test
  void rejectsAMissingExample() {
    Tables tables =
        Tables.of("accuracy", "brevity")
            .add("policy", 1, FIRST, 1, 1, 1)
            .addOne("policy", 1, HALF, "second", 1, 1, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluate(tables))
        .withMessageContaining("policy 'policy' answers only 1 of the table's 2 examples")
        .withMessageContaining("weighting 0.5:0.5@0.5 for seed 1")
        .withMessageEndingWith("sample first");
  }

  @Test
  void rejectsNumbersThatAreNotFinite() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluate(two().addOne("wide", 1, HALF, "first", 1, Double.NaN, 1)))
        .withMessageContaining("policy 'wide', seed 1, weighting 0.5:0.5@0.5, example 'first'")
        .withMessageContaining("[NaN, 1.0]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> evaluate(two().addOne("wide", 1, HALF, "first", Double.POSITIVE_INFINITY, 1, 1)))
        .withMessageContaining("log-probabilities that are not finite: Infinity under the policy");
  }

  @Test
  void rejectsSamplesThatDoNotFitTheObjectives() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluate(two().addOne("wide", 1, HALF, "first", 1, 1)))
        .withMessageContaining("has 1 scores for the objectives [accuracy, brevity]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> evaluate(two().addOne("wide", 1, Weighting.balanced(3, 0.5), "first", 1, 1, 1)))
        .withMessageContaining("has 3 weights for the objectives [accuracy, brevity]");
  }

  @Test
  void rejectsAnUnusableCalibration() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluate(two().calibrate(1, 0, 0, 0)))
        .withMessageContaining("calibration of objective 'brevity'")
        .withMessageContaining("standardDeviation=0.0");
    SampleTable table = two().table();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                evaluate(
                    new SampleTable(table.objectives(), List.of(), table.costs(), table.samples())))
        .withMessageContaining("expected a calibration for each of the objectives");
  }

  @Test
  void rejectsAnEmptyTable() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluate(Tables.of("accuracy", "brevity")))
        .withMessageContaining("the sample table is empty");
  }

  /** E[accuracy] = 3/4 and 1/4; KL = 3/4 ln(3/2) + 1/4 ln(1/2); V = (E - KL) / 2; 5/4 tokens. */
  @Test
  void countsEnumeratedResponsesByTheirProbability() {
    double[] half = {0.5, 0.5};
    double[][] rewards = {{1, 0}, {0, 1}};
    Evaluation evaluation =
        evaluate(
            Tables.of("accuracy", "brevity")
                .enumerate("policy", FIRST, "a", new double[] {0.75, 0.25}, half, rewards)
                .enumerate("policy", SECOND, "a", new double[] {0.25, 0.75}, half, rewards)
                .enumerate(Sample.REFERENCE, HALF, "a", half, half, rewards));

    double klDivergence = 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5);
    assertThat(evaluation.metrics().get("pareto.return.policy.1:0@0.5.accuracy"))
        .isCloseTo(0.75, within(1e-12));
    assertThat(evaluation.metrics().get("pareto.return.policy.0:1@0.5.accuracy"))
        .isCloseTo(0.25, within(1e-12));
    assertThat(evaluation.metrics().get("pareto.kl.policy.mean"))
        .isCloseTo(klDivergence, within(1e-12));
    assertThat(evaluation.metrics().get("pareto.value.policy.1:0@0.5"))
        .isCloseTo((0.75 - klDivergence) / 2, within(1e-12));
    assertThat(evaluation.metrics().get("pareto.tokens.policy.1:0@0.5"))
        .isCloseTo(1.25, within(1e-12));
    assertThat(evaluation.metrics().get("pareto.kl.reference.mean")).isCloseTo(0, within(1e-12));
    assertThat(tableOf(evaluation, "Fronts").note())
        .contains("enumerated and count by their probabilities");
  }

  @Test
  void refusesEnumeratedResponsesThatAreNotAll() {
    Tables tables =
        Tables.of("accuracy", "brevity")
            .enumerate(
                "policy",
                HALF,
                "a",
                new double[] {0.75, 0.125},
                new double[] {0.5, 0.5},
                new double[][] {{1, 0}, {0, 1}});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluate(tables))
        .withMessageContainingAll("policy 'policy'", "example 'a'", "0.875", "sum to 1");
  }

  /** Drawn at -2 and -4, not -3 and -5: the log-ratios are 6 and 4, of the policy's own 5 and 3. */
  @Test
  void reportsTheKlOfTheDistributionThatWasDrawnFrom() {
    Evaluation evaluation =
        evaluate(
            Tables.of("accuracy", "brevity")
                .addDrawn("sharp", HALF, "a", -3, OptionalDouble.of(-2), 1, 1)
                .addDrawn("sharp", HALF, "b", -5, OptionalDouble.of(-4), 1, 1));

    assertThat(evaluation.metrics().get("pareto.kl.sharp.mean")).isCloseTo(5, within(1e-12));
    assertThat(evaluation.metrics().get("pareto.value.sharp.mean")).isCloseTo(-2, within(1e-12));
    assertThat(tableOf(evaluation, "Fronts").note())
        .contains("those of the distribution so changed, not of the policy itself");
    assertThat(tableOf(evaluate(two()), "Fronts").note()).doesNotContain("so changed");
  }

  @Test
  void claimsNoKlOfADistributionThatWasNotRecorded() {
    Tables tables = Tables.of("accuracy", "brevity");
    for (double klCoefficient : new double[] {0.25, 0.75}) {
      for (int i = 0; i < 2; i++) {
        tables.addDrawn(
            "sharp",
            Weighting.corner(2, i, klCoefficient),
            "a",
            -3,
            OptionalDouble.empty(),
            1 + i,
            2 - i);
      }
    }
    Evaluation evaluation = evaluate(tables);

    assertThat(evaluation.metrics().keySet())
        .noneMatch(path -> path.contains("kl"))
        .noneMatch(path -> path.startsWith("pareto.value"))
        .contains("pareto.hypervolume.sharp.mean", "pareto.steerability.sharp.accuracy");
    assertThat(evaluation.charts()).extracting(Chart::id).noneMatch(id -> id.contains("kl"));
    Table fronts = tableOf(evaluation, "Fronts");
    assertThat(cell(fronts, "sharp", "mean KL")).isEqualTo("–");
    assertThat(cell(fronts, "sharp", "mean V")).isEqualTo("–");
    assertThat(fronts.note()).contains("KL is not estimated");
    assertThat(evaluation.findings())
        .anyMatch(finding -> finding.startsWith("The KL divergence is not estimated: responses"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluate(tables.table(), Optional.of(5.0)))
        .withMessageContainingAll("kl-limit = 5", "not estimated", "temperature = 1");
  }

  /** (1, 0).(3, 1), (1/2, 1/2).(2, 2) and (0, 1).(1, 3). */
  @Test
  void measuresTheMeanInnerProductOfWeightsAndRewards() {
    Evaluation evaluation = evaluate(two());

    assertThat(evaluation.metrics().get("pareto.mip.wide.mean")).isCloseTo(8 / 3.0, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.mip.stuck.mean")).isCloseTo(1, within(1e-9));
    assertThat(cell(tableOf(evaluation, "Fronts"), "stuck", "MIP")).isEqualTo("1 ± 0");
  }

  /**
   * The best of all points are the corners of seed 3 and its middle: (3.1, 1), (2.1, 2), (1.1, 3).
   */
  @Test
  void measuresDistancesFromAllPoliciesTogether() {
    Evaluation evaluation = evaluate(two());

    // By seed 0.2, 0.1 and 0 along the first objective.
    assertThat(evaluation.metrics().get("pareto.igd.wide.mean")).isCloseTo(0.1, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.igd-plus.wide.mean")).isCloseTo(0.1, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.additive-epsilon.wide.mean"))
        .isCloseTo(0.1, within(1e-9));
    // From (1, 1): 2.1, the diagonal of 1.1 and 1, and that of 0.1 and 2.
    assertThat(evaluation.metrics().get("pareto.igd.stuck.mean"))
        .isCloseTo((2.1 + Math.hypot(1.1, 1) + Math.hypot(0.1, 2)) / 3, within(1e-9));
    assertThat(evaluation.metrics().get("pareto.additive-epsilon.stuck.mean"))
        .isCloseTo(2.1, within(1e-9));
    Table distances = tableOf(evaluation, "Distances from the reference front");
    assertThat(cell(distances, "wide", "IGD+")).startsWith("0.1 ± ");
    assertThat(distances.note()).contains("of all policies and seeds together");
  }

  /**
   * In standard deviations of 2 and 1 the given point (5, 1) is at (2.5, 1), as (1, 1) at (0.5, 1).
   */
  @Test
  void measuresDistancesFromAGivenFront() {
    SampleTable table = two().calibrate(0, 0, 2, 0).table();
    Evaluation evaluation = evaluate(table, Optional.empty(), List.of(List.of(5.0, 1.0)));

    assertThat(evaluation.metrics().get("pareto.igd.stuck.mean")).isCloseTo(2, within(1e-9));
    assertThat(tableOf(evaluation, "Distances from the reference front").note())
        .contains("that of the option reference-front");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluate(table, Optional.empty(), List.of(List.of(5.0))))
        .withMessageContainingAll("points of 2 finite numbers", "[mean accuracy, mean brevity]");
  }

  @Test
  void rejectsACalibrationWhoseSpreadIsRounding() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> evaluate(two().calibrate(0, 0.1, 7e-17, 0.1)))
        .withMessageContainingAll("objective 'accuracy'", "more than rounding", "7.0E-17");
  }

  /** Rewards near 1000 that differ in the last digits of single precision are the same. */
  @Test
  void takesNoSteeringFromRounding() {
    Evaluation evaluation =
        evaluate(
            Tables.of("accuracy", "brevity")
                .calibrate(0, 1000, 1, 999)
                .add("stuck", 1, FIRST, 1, 1000.0002, 1)
                .add("stuck", 1, HALF, 1, 1000.0001, 1)
                .add("stuck", 1, SECOND, 1, 1000, 1));

    assertThat(evaluation.metrics()).doesNotContainKey("pareto.steerability.stuck.accuracy");
    assertThat(evaluation.metrics())
        .containsEntry("pareto.non-dominated-ratio.stuck.mean", 1.0)
        .doesNotContainKey("pareto.spacing.stuck.mean");
  }
}
