package dev.clp.plugins.pareto;

import dev.clp.api.Calibration;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.Weighting;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The sample table, averaged over examples.
 *
 * @param grid the weightings of the table: by KL weight, then by the weights, rising
 * @param policies by policy, in the table's order, and by seed: one outcome per point of the grid
 * @param reference by seed: the reference's one outcome; empty if the table has no such samples
 */
record Outcomes(
    List<Weighting> grid,
    Map<String, Map<Long, List<Outcome>>> policies,
    Map<Long, Outcome> reference) {

  private static final Comparator<Weighting> ALONG_THE_GRID =
      Comparator.comparingDouble(Weighting::kl).thenComparing(Outcomes::compareWeights);

  /**
   * Averages the samples of each policy, seed and weighting: first of each example, then over the
   * examples, so that examples count alike.
   *
   * @throws IllegalArgumentException if a sample does not fit the objectives or holds a number that
   *     is not finite, if a calibration is missing or unusable, or if a policy has no samples where
   *     others have
   */
  static Outcomes of(SampleTable table) {
    checkCalibration(table);
    if (table.samples().isEmpty()) {
      throw new IllegalArgumentException(
          "the sample table is empty; evaluate at least one policy or the reference");
    }
    for (Sample sample : table.samples()) {
      checkSample(sample, table.objectives());
    }
    Set<String> examples =
        table.samples().stream()
            .map(Sample::example)
            .collect(Collectors.toCollection(TreeSet::new));
    Map<Boolean, List<Sample>> byReference =
        table.samples().stream()
            .collect(Collectors.partitioningBy(s -> s.policy().equals(Sample.REFERENCE)));

    Map<Long, Outcome> reference = new TreeMap<>();
    group(byReference.get(true), Sample::seed)
        .forEach((seed, samples) -> reference.put(seed, outcome(samples, examples)));

    List<Weighting> grid =
        byReference.get(false).stream()
            .map(Sample::weighting)
            .distinct()
            .sorted(ALONG_THE_GRID)
            .toList();
    Map<String, Map<Long, List<Outcome>>> policies = new LinkedHashMap<>();
    group(byReference.get(false), Sample::policy)
        .forEach(
            (policy, ofPolicy) -> {
              Map<Long, List<Outcome>> seeds = new TreeMap<>();
              group(ofPolicy, Sample::seed)
                  .forEach((seed, ofSeed) -> seeds.put(seed, front(ofSeed, grid, examples)));
              policies.put(policy, seeds);
            });
    return new Outcomes(grid, policies, reference);
  }

  private static List<Outcome> front(
      List<Sample> samples, List<Weighting> grid, Set<String> examples) {
    Map<Weighting, List<Sample>> cells = group(samples, Sample::weighting);
    for (Weighting weighting : grid) {
      if (!cells.containsKey(weighting)) {
        Sample any = samples.get(0);
        throw new IllegalArgumentException(
            "policy '"
                + any.policy()
                + "' has no samples at the weighting "
                + weighting
                + " for seed "
                + any.seed()
                + ", where others have; fronts compare only over the same "
                + grid.size()
                + " weightings: sample the missing ones, or leave the policy or seed out");
      }
    }
    return grid.stream().map(weighting -> outcome(cells.get(weighting), examples)).toList();
  }

  private static Outcome outcome(List<Sample> samples, Set<String> examples) {
    Sample any = samples.get(0);
    Map<String, List<Sample>> byExample = group(samples, Sample::example);
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
    return new Outcome(
        any.weighting(),
        IntStream.range(0, any.scores().size())
            .mapToObj(i -> mean(byExample.values(), sample -> sample.scores().get(i)))
            .toList(),
        mean(byExample.values(), Sample::kl),
        mean(byExample.values(), Sample::tokens));
  }

  private static double mean(Collection<List<Sample>> examples, ToDoubleFunction<Sample> value) {
    return examples.stream()
        .mapToDouble(samples -> samples.stream().mapToDouble(value).average().orElseThrow())
        .average()
        .orElseThrow();
  }

  private static <K> Map<K, List<Sample>> group(List<Sample> samples, Function<Sample, K> key) {
    return samples.stream()
        .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
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
      if (!(calibration.deviation() > 0
          && Double.isFinite(calibration.deviation())
          && Double.isFinite(calibration.mean())
          && Double.isFinite(calibration.floor()))) {
        throw new IllegalArgumentException(
            "the calibration of objective '"
                + table.objectives().get(i)
                + "' needs a finite mean and floor and a deviation above 0, but is "
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
    if (!Double.isFinite(sample.kl())) {
      throw new IllegalArgumentException(
          where(sample)
              + "has log-probabilities that are not finite: "
              + sample.logProbability()
              + " under the policy and "
              + sample.referenceLogProbability()
              + " under the reference; sample it again");
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

  private static int compareWeights(Weighting a, Weighting b) {
    for (int i = 0; i < a.objectives(); i++) {
      int order = Double.compare(a.weight(i), b.weight(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
