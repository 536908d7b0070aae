package dev.clp.plugins.pareto;

import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.Spread;
import java.util.ArrayList;
import java.util.List;

/** What a reader of the tables must know of how the numbers came about. */
record Notes(Study study) {

  /** Says what an interval is. */
  String interval() {
    return "Means over seeds ± half the width of the Student-t "
        + study.interval()
        + "; ± "
        + Text.UNDEFINED
        + " where one seed gives no interval.";
  }

  /** Says what V is. */
  String value() {
    return "V = (1 - a) w.r - a KL at the weights w and the KL coefficient a, with the rewards r ="
        + " (value - mean) / standard deviation of the calibration.";
  }

  /** Says what distribution the means are of, where it is not that of responses sampled from it. */
  List<String> distribution() {
    List<String> sentences = new ArrayList<>();
    if (study.table().responses() == SampleTable.Responses.ENUMERATED) {
      sentences.add(
          "All responses are enumerated and count by their probabilities: means have no sampling"
              + " noise.");
    }
    if (!study.outcomes().isKlEstimated()) {
      sentences.add(
          "KL is not estimated, nor what depends on it: " + Outcomes.UNKNOWN_DISTRIBUTION + ".");
    } else if (study.table().samples().stream().anyMatch(Notes::isReshaped)) {
      sentences.add(
          "Responses were drawn with a temperature, top-k or top-p of their own: rewards, KL and V"
              + " are those of the distribution so changed, not of the policy itself.");
    }
    return sentences;
  }

  private static boolean isReshaped(Sample sample) {
    double drawn = sample.samplingLogProbability().orElseThrow();
    return !Spread.isRounding(
        Math.abs(drawn - sample.logProbability()), Math.abs(sample.logProbability()));
  }
}
