package dev.clp.plugins.pareto;

import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.Weighting;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sample table, averaged over examples.
 *
 * @param grid the weightings of the table: by KL coefficient, then by the weights, rising
 * @param policies by policy, in the table's order, and by seed: one outcome per point of the grid
 * @param reference by seed: the reference's one outcome; empty if the table has no such samples
 */
record Outcomes(
    List<Weighting> grid,
    Map<String, Map<Long, List<Outcome>>> policies,
    Map<Long, Outcome> reference) {

  /** Why the KL divergence may not be estimated, as it reads behind a colon. */
  static final String UNKNOWN_DISTRIBUTION =
      "responses were drawn with a temperature, top-k or top-p of their own, and their"
          + " probabilities under the distribution so changed were not recorded";

  private static final Comparator<Weighting> ALONG_THE_GRID =
      Comparator.comparingDouble(Weighting::klCoefficient).thenComparing(Outcomes::compareWeights);

  /** Returns whether the KL divergence is known of everything in the table. */
  boolean isKlEstimated() {
    return Stream.concat(
            policies.values().stream()
                .flatMap(seeds -> seeds.values().stream())
                .flatMap(List::stream),
            reference.values().stream())
        .allMatch(outcome -> outcome.klDivergence().isPresent());
  }

  /**
   * Averages the samples of each policy, seed and weighting: first of each example, where sampled
   * responses count alike and enumerated ones by their probability, then over the examples, so that
   * examples count alike.
   *
   * @throws IllegalArgumentException if a sample does not fit the objectives or holds a number that
   *     is not finite, if a calibration is missing or unusable, or if a policy has no samples where
   *     others have
   */
  static Outcomes of(SampleTable table) {
    TableChecks.check(table);
    Averages averages = Averages.of(table);
    Map<Boolean, List<Sample>> byReference =
        table.samples().stream()
            .collect(Collectors.partitioningBy(s -> s.policy().equals(Sample.REFERENCE)));

    Map<Long, Outcome> reference = new TreeMap<>();
    group(byReference.get(true), Sample::seed)
        .forEach((seed, samples) -> reference.put(seed, averages.outcome(samples)));

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
                  .forEach((seed, ofSeed) -> seeds.put(seed, front(ofSeed, grid, averages)));
              policies.put(policy, seeds);
            });
    return new Outcomes(grid, policies, reference);
  }

  private static List<Outcome> front(
      List<Sample> samples, List<Weighting> grid, Averages averages) {
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
    return grid.stream().map(weighting -> averages.outcome(cells.get(weighting))).toList();
  }

  static <K> Map<K, List<Sample>> group(List<Sample> samples, Function<Sample, K> key) {
    return samples.stream()
        .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
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
