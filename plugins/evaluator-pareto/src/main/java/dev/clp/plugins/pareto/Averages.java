package dev.clp.plugins.pareto;

import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Averages the samples of a policy and seed at a weighting.
 *
 * @param examples the ids of all examples of the table
 * @param weight what a sample counts in its example's mean
 */
record Averages(Set<String> examples, ToDoubleFunction<Sample> weight) {

  static Averages of(SampleTable table) {
    return new Averages(
        table.samples().stream()
            .map(Sample::example)
            .collect(Collectors.toCollection(TreeSet::new)),
        switch (table.responses()) {
          case SAMPLED -> sample -> 1;
          case ENUMERATED -> Sample::probability;
        });
  }

  /**
   * Returns the means over the examples of each example's weighted mean.
   *
   * @param samples those of one policy, seed and weighting
   * @throws IllegalArgumentException if they leave out an example
   */
  Outcome outcome(List<Sample> samples) {
    Sample any = samples.get(0);
    Map<String, List<Sample>> byExample = Outcomes.group(samples, Sample::example);
    Set<String> missing = new TreeSet<>(examples);
    missing.removeAll(byExample.keySet());
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "policy '"
              + any.policy()
              + "' answers only "
              + byExample.size()
              + " of the table's "
              + examples.size()
              + " examples at the weighting "
              + any.weighting()
              + " for seed "
              + any.seed()
              + "; means compare only over the same examples: sample "
              + missing.iterator().next()
              + (missing.size() == 1 ? "" : " and " + (missing.size() - 1) + " more"));
    }
    Collection<List<Sample>> cells = byExample.values();
    boolean klKnown = samples.stream().allMatch(sample -> sample.logRatio().isPresent());
    return new Outcome(
        any.weighting(),
        IntStream.range(0, any.scores().size())
            .mapToObj(i -> mean(cells, sample -> sample.scores().get(i)))
            .toList(),
        klKnown
            ? OptionalDouble.of(mean(cells, sample -> sample.logRatio().getAsDouble()))
            : OptionalDouble.empty(),
        mean(cells, Averages::magnitude),
        mean(cells, Sample::tokens));
  }

  private static double magnitude(Sample sample) {
    return Math.max(Math.abs(sample.logProbability()), Math.abs(sample.referenceLogProbability()));
  }

  private double mean(Collection<List<Sample>> cells, ToDoubleFunction<Sample> value) {
    return cells.stream().mapToDouble(cell -> weightedMean(cell, value)).average().orElseThrow();
  }

  private double weightedMean(List<Sample> samples, ToDoubleFunction<Sample> value) {
    double sum = 0;
    double weights = 0;
    for (Sample sample : samples) {
      sum += weight.applyAsDouble(sample) * value.applyAsDouble(sample);
      weights += weight.applyAsDouble(sample);
    }
    return sum / weights;
  }
}
