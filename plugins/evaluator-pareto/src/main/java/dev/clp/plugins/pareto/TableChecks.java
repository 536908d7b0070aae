package dev.clp.plugins.pareto;

import dev.clp.api.Calibration;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.Spread;
import dev.clp.api.Weighting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Refuses sample tables that would make wrong numbers. */
final class TableChecks {

  /** Log-probabilities are single-precision numbers: the errors of their sums stay below this. */
  private static final double PROBABILITY_TOLERANCE = 1e-3;

  private TableChecks() {}

  /**
   * Checks a table.
   *
   * @throws IllegalArgumentException naming what is wrong and what to do
   */
  static void check(SampleTable table) {
    checkCalibration(table);
    if (table.samples().isEmpty()) {
      throw new IllegalArgumentException(
          "the sample table is empty; evaluate at least one policy or the reference");
    }
    for (Sample sample : table.samples()) {
      checkSample(sample, table.objectives());
    }
    if (table.responses() == SampleTable.Responses.ENUMERATED) {
      checkProbabilities(table.samples());
    }
  }

  private static void checkCalibration(SampleTable table) {
    if (table.objectives().isEmpty()) {
      throw new IllegalArgumentException("the sample table names no objectives; it needs one");
    }
    if (table.calibration().size() != table.objectives().size()) {
      throw new IllegalArgumentException(
          "expected a calibration for each of the objectives "
              + table.objectives()
              + ", but got "
              + table.calibration().size()
              + "; calibrate the rewards again");
    }
    for (int i = 0; i < table.objectives().size(); i++) {
      Calibration calibration = table.calibration().get(i);
      if (!(Double.isFinite(calibration.mean())
          && Double.isFinite(calibration.floor())
          && Double.isFinite(calibration.standardDeviation())
          && !Spread.isRounding(calibration.standardDeviation(), Math.abs(calibration.mean())))) {
        throw new IllegalArgumentException(
            "the calibration of objective '"
                + table.objectives().get(i)
                + "' needs a finite mean and floor and a standard deviation that is more than"
                + " rounding, but is "
                + calibration
                + "; calibrate on responses that the reward tells apart");
      }
    }
  }

  private static void checkSample(Sample sample, List<String> objectives) {
    if (sample.scores().size() != objectives.size()) {
      throw new IllegalArgumentException(
          where(sample)
              + "has "
              + sample.scores().size()
              + " scores for the objectives "
              + objectives
              + "; score it again");
    }
    if (sample.weighting().objectives() != objectives.size()) {
      throw new IllegalArgumentException(
          where(sample)
              + "has "
              + sample.weighting().objectives()
              + " weights for the objectives "
              + objectives
              + "; the table mixes experiments");
    }
    if (!sample.scores().stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          where(sample)
              + "has a score that is not finite: "
              + sample.scores()
              + "; score it again");
    }
    if (!(Double.isFinite(sample.logProbability())
        && Double.isFinite(sample.referenceLogProbability())
        && Double.isFinite(sample.samplingLogProbability().orElse(0)))) {
      throw new IllegalArgumentException(
          where(sample)
              + "has log-probabilities that are not finite: "
              + sample.logProbability()
              + " under the policy and "
              + sample.referenceLogProbability()
              + " under the reference"
              + (sample.samplingLogProbability().isPresent()
                  ? ", " + sample.samplingLogProbability().getAsDouble() + " as drawn"
                  : "")
              + "; sample it again");
    }
  }

  private static String where(Sample sample) {
    return "the sample of policy '"
        + sample.policy()
        + "', seed "
        + sample.seed()
        + ", weighting "
        + sample.weighting()
        + ", example '"
        + sample.example()
        + "' ";
  }

  private record Cell(String policy, long seed, Weighting weighting, String example) {}

  private static void checkProbabilities(List<Sample> samples) {
    Map<Cell, List<Sample>> cells =
        samples.stream()
            .collect(
                Collectors.groupingBy(
                    s -> new Cell(s.policy(), s.seed(), s.weighting(), s.example()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    for (List<Sample> enumerated : cells.values()) {
      double sum = enumerated.stream().mapToDouble(Sample::probability).sum();
      if (!(Math.abs(sum - 1) <= PROBABILITY_TOLERANCE)) {
        throw new IllegalArgumentException(
            where(enumerated.get(0))
                + "is one of "
                + enumerated.size()
                + " responses whose probabilities sum to "
                + sum
                + ", but enumerated responses are all that there are: their probabilities sum to 1;"
                + " enumerate them again");
      }
    }
  }
}
