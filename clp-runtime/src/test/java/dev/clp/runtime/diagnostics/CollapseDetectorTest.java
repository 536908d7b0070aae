package dev.clp.runtime.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.Weighting;
import dev.clp.runtime.training.StepReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class CollapseDetectorTest {

  @Test
  void aSaneTrainingIsPassedOver() {
    assertThat(watch(40, 1, step -> report(step, 1, 5, 8, OptionalDouble.of(0.3)))).isEmpty();
  }

  @Test
  void saysOnceThatKlExplodesWhileTheRewardRises() {
    // From step 21 on 12 nats over 8 tokens: 7 of the last 10 steps make 84 / 80 nats.
    List<String> warnings = watch(60, 21, step -> report(step, 2, 12, 8, OptionalDouble.of(0.5)));
    assertThat(warnings)
        .containsExactly(
            "unit (seed 3), step 27: KL is 1.05 nats per token (limit 1.0) while its weighted"
                + " reward rose by 1.40 since the start; read the samples; if they exploit the"
                + " reward, mend the reward or raise kl");
  }

  @Test
  void saysThatResponsesBecomeMonotonousAndLongEachOnce() {
    List<String> warnings = watch(60, 21, step -> report(step, -1, 1, 24, OptionalDouble.of(0.1)));
    assertThat(warnings)
        .satisfiesExactly(
            text ->
                assertThat(text)
                    .contains(
                        "step 26",
                        "from 8.0 to 17.6 tokens (limit: 2.0 times)",
                        "fell by 0.60",
                        "lower training.learning-rate"),
            text ->
                assertThat(text).contains("step 27", "distinct-2", "from 0.500 to 0.220 (limit"));
  }

  @Test
  void stepsWithoutAMeasureOfVarietySayNothingOfIt() {
    assertThat(watch(40, 11, step -> report(step, 1, 1, 8, OptionalDouble.empty()))).isEmpty();
    assertThat(
            CollapseDetector.of(
                "short", log(15, 2, step -> report(step, 1, 99, 8, OptionalDouble.empty()))))
        .isEmpty();
  }

  private interface Later {
    StepReport at(int step);
  }

  private static List<String> watch(int steps, int from, Later later) {
    return CollapseDetector.of("unit (seed 3)", log(steps, from, later));
  }

  private static List<Map<String, Double>> log(int steps, int from, Later later) {
    List<Map<String, Double>> log = new ArrayList<>();
    for (int step = 1; step <= steps; step++) {
      StepReport report =
          step < from ? report(step, 0, 0, 8, OptionalDouble.of(0.5)) : later.at(step);
      log.add(report.metrics(List.of("one", "two")));
    }
    return log;
  }

  private static StepReport report(
      int step, float reward, double klDivergence, double tokens, OptionalDouble distinct2) {
    StepReport.Part part =
        new StepReport.Part(
            new Weighting(List.of(0.25, 0.75), 0.1),
            List.of(7.0, 7.0),
            List.of(reward, reward),
            klDivergence,
            0,
            tokens,
            distinct2);
    return new StepReport(step, 1e-3, 1, List.of(part, part));
  }
}
