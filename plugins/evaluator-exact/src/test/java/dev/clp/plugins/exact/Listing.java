package dev.clp.plugins.exact;

import dev.clp.api.Calibration;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Builds tables of two objectives in which every response is enumerated. */
final class Listing {

  private final List<Sample> samples = new ArrayList<>();

  /**
   * Adds all responses to an example.
   *
   * @param policy the responses' probabilities under the policy
   * @param reference the same under the reference
   * @param rewards [responses][objectives]
   */
  Listing add(
      String name,
      long seed,
      Weighting weighting,
      String example,
      double[] policy,
      double[] reference,
      double[][] rewards) {
    samples.addAll(responses(name, seed, weighting, example, policy, reference, rewards));
    return this;
  }

  SampleTable table() {
    return new SampleTable(
        List.of("first", "second"),
        List.of(new Calibration(0, 1, 0), new Calibration(0, 1, 0)),
        Map.of(),
        samples,
        SampleTable.Responses.ENUMERATED);
  }

  static List<Sample> responses(
      String name,
      long seed,
      Weighting weighting,
      String example,
      double[] policy,
      double[] reference,
      double[][] rewards) {
    List<Sample> listed = new ArrayList<>();
    for (int i = 0; i < policy.length; i++) {
      listed.add(
          new Sample(
              name,
              seed,
              weighting,
              example,
              "prompt",
              "response " + i,
              1,
              DoubleStream.of(rewards[i]).boxed().toList(),
              Math.log(policy[i]),
              Math.log(reference[i])));
    }
    return listed;
  }
}
