package dev.clp.plugins.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.Evaluation;
import dev.clp.api.Evaluation.Point;
import dev.clp.api.Evaluator;
import dev.clp.api.KlRange;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExactEvaluatorTest {

  private static final Weighting FIRST = new Weighting(List.of(1.0, 0.0), 0.5);
  private static final Weighting BOTH = new Weighting(List.of(0.5, 0.5), 0.5);
  private static final double[] REFERENCE = {0.5, 0.5};
  // At alpha = 1/2 the factor of the reward in the best policy is 1: E_ref[exp] is easy by hand.
  private static final double[][] REWARDS = {{Math.log(3), 0}, {0, 0}};

  /**
   * By hand, at FIRST: V(ref) = ln 3 / 4, V* = ln((3 + 1) / 2) / 2 = ln 2 / 2, attained by (3/4,
   * 1/4). A policy of (1, 0) would have ln 3 / 2 - ln 2 / 2.
   */
  @Test
  void theBestPolicyHasNoRegretAndTheReferenceAttainsNone() {
    double[] best = {0.75, 0.25};
    Evaluation evaluation =
        evaluate(
            new Listing()
                .add("best", 1, FIRST, "x", best, REFERENCE, REWARDS)
                .add("idle", 1, FIRST, "x", REFERENCE, REFERENCE, REWARDS)
                .add("eager", 1, FIRST, "x", new double[] {1 - 1e-12, 1e-12}, REFERENCE, REWARDS)
                .table());
    Map<String, Double> metrics = evaluation.metrics();
    double gain = Math.log(2) / 2 - Math.log(3) / 4;
    assertThat(metrics.get("exact.gain-proportion.best.mean")).isCloseTo(1, within(1e-9));
    assertThat(metrics.get("exact.regret.best.worst")).isCloseTo(0, within(1e-9));
    assertThat(metrics.get("exact.gain-proportion.idle.mean")).isCloseTo(0, within(1e-9));
    assertThat(metrics.get("exact.regret.idle.mean")).isCloseTo(gain, within(1e-9));
    double eager = Math.log(3) / 2 - Math.log(2) / 2;
    assertThat(metrics.get("exact.gain-proportion.eager.worst"))
        .isCloseTo((eager - Math.log(3) / 4) / gain, within(1e-6));
    assertThat(evaluation.findings())
        .contains(
            "best attains 100.0 % of the attainable gain on average over the weightings; the least,"
                + " 100.0 %, is at 1:0@0.5.");
  }

  @Test
  void averagesExamplesFirstThenWeightingsThenSeeds() {
    double[] best = {0.75, 0.25};
    double[][] flat = {{0, 0}, {0, 0}};
    Listing listing = new Listing();
    for (long seed : new long[] {1, 2}) {
      double[] at = seed == 1 ? best : REFERENCE;
      // The second example offers no gain: proportions of examples would be undefined, those of
      // means
      // not.
      listing
          .add("mine", seed, FIRST, "x", at, REFERENCE, REWARDS)
          .add("mine", seed, FIRST, "y", REFERENCE, REFERENCE, flat)
          .add("mine", seed, BOTH, "x", REFERENCE, REFERENCE, REWARDS)
          .add("mine", seed, BOTH, "y", REFERENCE, REFERENCE, flat);
    }
    Evaluation evaluation = evaluate(listing.table());
    Map<String, Double> metrics = evaluation.metrics();
    assertThat(metrics.get("exact.gain-proportion.mine.1:0@0.5")).isCloseTo(0.5, within(1e-9));
    assertThat(metrics.get("exact.gain-proportion.mine.0.5:0.5@0.5")).isCloseTo(0, within(1e-9));
    assertThat(metrics.get("exact.gain-proportion.mine.mean")).isCloseTo(0.25, within(1e-9));
    assertThat(metrics.get("exact.gain-proportion.mine.worst")).isCloseTo(0, within(1e-9));
    // Seeds at 0.5 and 0: deviation sqrt(1/8), Student's t of one degree of freedom 12.706.
    assertThat(metrics.get("exact.gain-proportion.mine.mean.half-width"))
        .isCloseTo(12.706 * 0.25, within(1e-3));
    assertThat(evaluation.tables().get(0).rows().get(0)).startsWith("mine", "2", "0.25 ± 3.1766");
    assertThat(evaluation.charts().get(0).series().get(0).points())
        .extracting(Point::x)
        .containsExactly(0.5, 1.0);
  }

  @Test
  void theEndsOfTheKlCoefficient() {
    Weighting free = new Weighting(List.of(1.0, 0.0), 0);
    Weighting held = new Weighting(List.of(1.0, 0.0), 1);
    Map<String, Double> metrics =
        evaluate(
                new Listing()
                    .add("mine", 1, free, "x", new double[] {0.75, 0.25}, REFERENCE, REWARDS)
                    .add("mine", 1, held, "x", REFERENCE, REFERENCE, REWARDS)
                    .table())
            .metrics();
    assertThat(metrics.get("exact.gain-proportion.mine.1:0@0")).isCloseTo(0.5, within(1e-9));
    assertThat(metrics).doesNotContainKey("exact.gain-proportion.mine.1:0@1");
    assertThat(metrics.get("exact.gain-proportion.mine.mean")).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void aSmallKlCoefficientDoesNotOverflow() {
    Weighting weighting = new Weighting(List.of(1.0, 0.0), 1e-4);
    Values values =
        Values.of(Listing.responses("mine", 1, weighting, "x", REFERENCE, REFERENCE, REWARDS));
    assertThat(values.best()).isCloseTo(0.9999 * Math.log(3) - 1e-4 * Math.log(2), within(1e-9));
  }

  @Test
  void refusesResponsesThatAreNotAll() {
    SampleTable sampled =
        new Listing()
            .add("mine", 7, FIRST, "x", new double[] {0.75, 0.2}, REFERENCE, REWARDS)
            .table();
    assertThatThrownBy(() -> evaluate(sampled))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "policy", "0.95", "'mine'", "seed 7", "1:0@0.5", "'x'", "evaluation.responses");
    SampleTable half =
        new Listing()
            .add("mine", 7, FIRST, "x", new double[] {0.75, 0.25}, new double[] {0.5, 0.1}, REWARDS)
            .table();
    assertThatThrownBy(() -> evaluate(half))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("reference", "0.6");
  }

  @Test
  void refusesPoliciesThatWereEvaluatedDifferently() {
    SampleTable weightings =
        new Listing()
            .add("mine", 1, FIRST, "x", REFERENCE, REFERENCE, REWARDS)
            .add("other", 1, BOTH, "x", REFERENCE, REFERENCE, REWARDS)
            .table();
    assertThatThrownBy(() -> evaluate(weightings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'other'", "weightings", "1:0@0.5", "0.5:0.5@0.5");
    SampleTable examples =
        new Listing()
            .add("mine", 1, FIRST, "x", REFERENCE, REFERENCE, REWARDS)
            .add("mine", 2, FIRST, "y", REFERENCE, REFERENCE, REWARDS)
            .table();
    assertThatThrownBy(() -> evaluate(examples))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("seed 2", "examples", "[x]", "[y]");
    SampleTable none =
        new Listing().add(Sample.REFERENCE, 1, FIRST, "x", REFERENCE, REFERENCE, REWARDS).table();
    assertThatThrownBy(() -> evaluate(none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one policy");
  }

  private static Evaluation evaluate(SampleTable table) {
    Evaluator evaluator =
        new ExactFactory()
            .create(
                new ExactOptions(0.95),
                new TestContext(List.of("first", "second"), KlRange.fixed(0.5)));
    return evaluator.evaluate(table);
  }

  /** The two probabilities sum to 1 - 1e-6, as single-precision ones may. */
  @Test
  void aConstantRewardHasNoGainToAttain() {
    double[] rounded = {0.5 - 5e-7, 0.5 - 5e-7};
    Map<String, Double> metrics =
        evaluate(
                new Listing()
                    .add(
                        "mine",
                        1,
                        FIRST,
                        "x",
                        rounded,
                        rounded,
                        new double[][] {{0.1, 0}, {0.1, 0}})
                    .table())
            .metrics();
    assertThat(metrics).doesNotContainKey("exact.gain-proportion.mine.mean");
    assertThat(metrics.get("exact.regret.mine.mean")).isCloseTo(0, within(1e-12));
  }
}
