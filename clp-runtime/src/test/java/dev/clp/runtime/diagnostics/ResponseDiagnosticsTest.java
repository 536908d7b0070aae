package dev.clp.runtime.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.Calibration;
import dev.clp.api.Evaluation;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class ResponseDiagnosticsTest {

  private static final Weighting LEFT = Weighting.corner(2, 0, 0.1);
  private static final Weighting RIGHT = Weighting.corner(2, 1, 0.1);

  private final List<Sample> samples = new ArrayList<>();

  @Test
  void namesAPolicyThatCollapsedAtOnePlaceOnly() {
    add(Sample.REFERENCE, 1, Weighting.balanced(2, 0.1), ResponseDiagnosticsTest::varied, 4, 0, 0);
    add("fine", 1, LEFT, ResponseDiagnosticsTest::varied, 5, 1, 0.5);
    add("broken", 1, LEFT, ResponseDiagnosticsTest::varied, 4, 1, 0.5);
    add("broken", 2, LEFT, i -> "good good good good good", 9, 3, 12);
    add("broken", 1, RIGHT, ResponseDiagnosticsTest::varied, 4, -1, 0.5);
    Evaluation evaluation = evaluate();

    assertThat(evaluation.findings())
        .hasSize(5)
        .allSatisfy(
            text ->
                assertThat(text)
                    .startsWith("broken: ")
                    // Three above the reference's zero, in deviations of two.
                    .contains(
                        "1:0@0.1 (seed 2)",
                        "1 of 3 weightings",
                        "1.50 standard deviations above",
                        "raise kl"))
        .anySatisfy(
            text ->
                assertThat(text)
                    .contains("distinct-2 is 0.025 at", "(reference 1.000, limit 0.500;"))
        .anySatisfy(text -> assertThat(text).contains("repeated 3-grams is 0.667 at"))
        .anySatisfy(text -> assertThat(text).contains("given to another example is 1.000 at"))
        .anySatisfy(
            text ->
                assertThat(text)
                    .contains("length in tokens is 9.000 at", "reference 4.000, limit 8.000"))
        .anySatisfy(text -> assertThat(text).contains("KL in nats per token is 1.333 at"));
    assertThat(evaluation.metrics().get("responses.tokens.broken"))
        .isCloseTo(17 / 3.0, within(1e-9));
    assertThat(evaluation.metrics().get("responses.distinct-2.fine")).isEqualTo(1);
    assertThat(evaluation.tables()).singleElement().satisfies(this::hasARowEach);
  }

  private void hasARowEach(Evaluation.Table table) {
    assertThat(table.columns())
        .containsExactly(
            "Policy",
            "Distinct-1",
            "Distinct-2",
            "Repetition",
            "Shared",
            "Tokens",
            "Cut",
            "KL per token");
    assertThat(table.rows())
        .containsExactly(
            List.of("reference", "1.000", "1.000", "0.000", "0.000", "4.000", "0.000", "0.000"),
            List.of(
                "fine",
                "1.000 (1.000)",
                "1.000 (1.000)",
                "0.000 (0.000)",
                "0.000 (0.000)",
                "5.000 (5.000)",
                "0.000 (0.000)",
                "0.100 (0.100)"),
            List.of(
                "broken",
                "0.673 (0.020)",
                "0.675 (0.025)",
                "0.222 (0.667)",
                "0.333 (1.000)",
                "5.667 (9.000)",
                "0.333 (1.000)",
                "0.528 (1.333)"));
  }

  @Test
  void aWorseRewardCallsForAnotherRemedy() {
    add(Sample.REFERENCE, 1, LEFT, ResponseDiagnosticsTest::varied, 4, 0, 0);
    add("lost", 1, LEFT, ResponseDiagnosticsTest::varied, 4, -4, 8);
    assertThat(evaluate().findings())
        .singleElement()
        .asString()
        .contains("2.000 at", "2.00 standard deviations below", "lower learning rate");
  }

  @Test
  void responsesOfOneWordHaveNoPairs() {
    add(Sample.REFERENCE, 1, LEFT, i -> "word" + i, 4, 0, 0);
    add("terse", 1, LEFT, i -> "word" + i, 4, 0, 0);
    Evaluation evaluation = evaluate();
    assertThat(evaluation.findings()).isEmpty();
    assertThat(evaluation.tables().get(0).rows().get(1)).contains("– (–)");
    assertThat(evaluation.metrics()).doesNotContainKey("responses.distinct-2.terse");
  }

  @Test
  void moreResponsesAloneAreNoCollapse() {
    add(Sample.REFERENCE, 1, LEFT, i -> "one two", 2, 0, 0);
    // Twice the same text would halve its distinct pairs.
    add("twice", 1, LEFT, i -> "one two", 2, 0, 0);
    add("twice", 1, LEFT, i -> "one two", 2, 0, 0);
    Evaluation evaluation = evaluate();
    assertThat(evaluation.metrics().get("responses.distinct-2.twice"))
        .isEqualTo(evaluation.metrics().get("responses.distinct-2.reference"));
  }

  private static String varied(int example) {
    return "word" + example + " then" + example + " more" + example;
  }

  private Evaluation evaluate() {
    return ResponseDiagnostics.of(
        new SampleTable(
            List.of("first", "second"),
            List.of(new Calibration(0, 2, -2), new Calibration(0, 2, -2)),
            Map.of(),
            samples),
        9);
  }

  private void add(
      String policy,
      long seed,
      Weighting weighting,
      IntFunction<String> responses,
      int tokens,
      double score,
      double klDivergence) {
    for (int i = 0; i < 10; i++) {
      samples.add(
          new Sample(
              policy,
              seed,
              weighting,
              "example-" + i,
              "prompt",
              responses.apply(i),
              tokens,
              List.of(score, score),
              klDivergence - 20,
              -20));
    }
  }
}
