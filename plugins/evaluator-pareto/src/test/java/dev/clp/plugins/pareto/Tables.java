package dev.clp.plugins.pareto;

import dev.clp.api.Calibration;
import dev.clp.api.PolicyCost;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/** Builds sample tables whose means are known. */
final class Tables {

  private final List<String> objectives;
  private final List<Calibration> calibration = new ArrayList<>();
  private final Map<String, PolicyCost> costs = new LinkedHashMap<>();
  private final List<Sample> samples = new ArrayList<>();
  private SampleTable.Responses responses = SampleTable.Responses.SAMPLED;

  private Tables(List<String> objectives) {
    this.objectives = objectives;
  }

  /** A table of these objectives, each calibrated to mean 0, deviation 1 and floor 0. */
  static Tables of(String... objectives) {
    Tables tables = new Tables(List.of(objectives));
    for (int i = 0; i < objectives.length; i++) {
      tables.calibration.add(new Calibration(0, 1, 0));
    }
    return tables;
  }

  Tables calibrate(int objective, double mean, double deviation, double floor) {
    calibration.set(objective, new Calibration(mean, deviation, floor));
    return this;
  }

  Tables cost(String policy, PolicyCost cost) {
    costs.put(policy, cost);
    return this;
  }

  /** Adds two examples of different rewards whose mean is {@code rewards}. */
  Tables add(
      String policy, long seed, Weighting weighting, double klDivergence, double... rewards) {
    addOne(policy, seed, weighting, "first", klDivergence - 0.25, shift(rewards, 0.5));
    return addOne(policy, seed, weighting, "second", klDivergence + 0.25, shift(rewards, -0.5));
  }

  /** Adds one sample. */
  Tables addOne(
      String policy,
      long seed,
      Weighting weighting,
      String example,
      double klDivergence,
      double... rewards) {
    samples.add(
        new Sample(
            policy,
            seed,
            weighting,
            example,
            "prompt",
            "response",
            12,
            DoubleStream.of(rewards).boxed().toList(),
            klDivergence - 8,
            -8));
    return this;
  }

  /** Adds a sample that was drawn from another distribution than the policy's own. */
  Tables addDrawn(
      String policy,
      Weighting weighting,
      String example,
      double logProbability,
      OptionalDouble samplingLogProbability,
      double... rewards) {
    samples.add(
        new Sample(
            policy,
            1,
            weighting,
            example,
            "prompt",
            "response",
            12,
            DoubleStream.of(rewards).boxed().toList(),
            logProbability,
            -8,
            samplingLogProbability));
    return this;
  }

  /**
   * Adds all responses to an example, of lengths 1, 2 and so on, which makes the table one of all.
   */
  Tables enumerate(
      String policy,
      Weighting weighting,
      String example,
      double[] probabilities,
      double[] reference,
      double[][] rewards) {
    responses = SampleTable.Responses.ENUMERATED;
    for (int i = 0; i < probabilities.length; i++) {
      samples.add(
          new Sample(
              policy,
              1,
              weighting,
              example,
              "prompt",
              "response " + i,
              i + 1,
              DoubleStream.of(rewards[i]).boxed().toList(),
              Math.log(probabilities[i]),
              Math.log(reference[i])));
    }
    return this;
  }

  /** Adds the reference's samples, with KL 0. */
  Tables reference(Weighting weighting, double... rewards) {
    addOne(Sample.REFERENCE, 0, weighting, "first", 0, shift(rewards, 0.5));
    return addOne(Sample.REFERENCE, 0, weighting, "second", 0, shift(rewards, -0.5));
  }

  SampleTable table() {
    return new SampleTable(objectives, calibration, costs, samples, responses);
  }

  private static double[] shift(double[] values, double by) {
    return DoubleStream.of(values).map(value -> value + by).toArray();
  }
}
