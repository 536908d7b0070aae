package dev.clp.plugins.autorater;

import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.math3.random.RandomAdaptor;
import org.apache.commons.math3.random.Well19937c;

/**
 * The pairs to judge: responses to the same prompt, of the same training seed and at the same
 * weighting; the reference, which has no weighting, is compared at all of them.
 *
 * <p>Where there are more pairs than may be judged, examples are drawn in one random order, the
 * same for all policies and weightings, and each takes its next pair in turn. So a larger budget
 * only adds pairs.
 *
 * @param baseline the policy that the others are compared with
 * @param policies those, in order
 * @param chosen the pairs to judge
 * @param available how many pairs there are
 */
record Pairs(String baseline, List<String> policies, List<Pair> chosen, int available) {

  /** Orders weightings by their weights, the first one first, then by the KL coefficient. */
  static final Comparator<Weighting> ORDER = Pairs::compare;

  /** A response's place in the table, whatever the policy. */
  private record Place(Weighting weighting, Draw draw) {}

  /**
   * What is drawn at random.
   *
   * @param number counts the responses to one prompt
   */
  private record Draw(String example, long seed, int number) {}

  /** Pairs that are judged equally often. */
  private record Cell(String policy, Weighting weighting) {}

  /**
   * Picks pairs.
   *
   * @throws IllegalArgumentException if the options name a policy that the table has not, or
   *     compare one with itself
   */
  static Pairs of(SampleTable table, AutoraterOptions options) {
    Map<String, Map<Place, Sample>> samples = samples(table);
    String baseline = options.baseline().orElseGet(() -> defaultBaseline(samples.keySet()));
    List<String> policies =
        options.policies().isEmpty()
            ? samples.keySet().stream().filter(policy -> !policy.equals(baseline)).toList()
            : options.policies();
    check(samples, "baseline", baseline);
    for (String policy : policies) {
      check(samples, "policies", policy);
      if (policy.equals(baseline)) {
        throw new IllegalArgumentException(
            "the option policies names the baseline '"
                + baseline
                + "', which would be compared with itself; leave it out, or choose another"
                + " baseline");
      }
    }
    Map<Cell, Map<Draw, Pair>> cells = new LinkedHashMap<>();
    for (String policy : policies) {
      cells.putAll(cells(policy, samples.get(policy), samples.get(baseline)));
    }
    return new Pairs(
        baseline,
        policies,
        choose(cells, options),
        cells.values().stream().mapToInt(Map::size).sum());
  }

  private static Map<String, Map<Place, Sample>> samples(SampleTable table) {
    Map<String, Map<Place, Sample>> samples = new TreeMap<>();
    for (Sample sample : table.samples()) {
      Map<Place, Sample> places =
          samples.computeIfAbsent(sample.policy(), policy -> new LinkedHashMap<>());
      int number = 0;
      while (places.putIfAbsent(
              new Place(sample.weighting(), new Draw(sample.example(), sample.seed(), number)),
              sample)
          != null) {
        number++;
      }
    }
    return samples;
  }

  private static String defaultBaseline(Set<String> policies) {
    return policies.contains(Sample.REFERENCE) || policies.isEmpty()
        ? Sample.REFERENCE
        : policies.iterator().next();
  }

  private static void check(Map<String, Map<Place, Sample>> samples, String option, String policy) {
    if (!samples.containsKey(policy)) {
      throw new IllegalArgumentException(
          "the option "
              + option
              + " names '"
              + policy
              + "', which the table has no samples of; the policies are "
              + samples.keySet());
    }
  }

  /** Returns the pairs of a policy by its cells, which are in order. */
  private static Map<Cell, Map<Draw, Pair>> cells(
      String policy, Map<Place, Sample> own, Map<Place, Sample> others) {
    boolean isReference = policy.equals(Sample.REFERENCE);
    Map<Place, Sample> steered = isReference ? others : own;
    Partner partner = new Partner(isReference ? own : others);
    Map<Weighting, Map<Draw, Pair>> pairs = new TreeMap<>(ORDER);
    steered.forEach(
        (place, sample) ->
            partner
                .of(place)
                .ifPresent(
                    other ->
                        pairs
                            .computeIfAbsent(place.weighting(), weighting -> new HashMap<>())
                            .put(
                                place.draw(),
                                isReference
                                    ? new Pair(place.weighting(), other, sample)
                                    : new Pair(place.weighting(), sample, other))));
    Map<Cell, Map<Draw, Pair>> cells = new LinkedHashMap<>();
    pairs.forEach((weighting, ofCell) -> cells.put(new Cell(policy, weighting), ofCell));
    return cells;
  }

  /** Finds what a sample is compared with. */
  private static final class Partner {

    private final Map<Place, Sample> samples;

    /** The reference's samples, of whatever weighting they were taken at. */
    private final Map<Draw, Sample> unsteered = new HashMap<>();

    /** The same of the lowest seed that has the example. */
    private final Map<Draw, Sample> ofAnySeed = new HashMap<>();

    Partner(Map<Place, Sample> samples) {
      this.samples = samples;
      samples.forEach(
          (place, sample) -> {
            if (sample.policy().equals(Sample.REFERENCE)) {
              unsteered.putIfAbsent(place.draw(), sample);
              ofAnySeed.merge(
                  anySeed(place.draw()),
                  sample,
                  (one, other) -> other.seed() < one.seed() ? other : one);
            }
          });
    }

    private static Draw anySeed(Draw draw) {
      return new Draw(draw.example(), 0, draw.number());
    }

    Optional<Sample> of(Place place) {
      return Optional.ofNullable(samples.get(place))
          .or(() -> Optional.ofNullable(unsteered.get(place.draw())))
          .or(() -> Optional.ofNullable(ofAnySeed.get(anySeed(place.draw()))));
    }
  }

  private static List<Pair> choose(Map<Cell, Map<Draw, Pair>> cells, AutoraterOptions options) {
    SortedSet<Draw> draws =
        new TreeSet<>(
            Comparator.comparing(Draw::example)
                .thenComparing(Draw::seed)
                .thenComparing(Draw::number));
    cells.values().forEach(pairs -> draws.addAll(pairs.keySet()));
    List<Draw> order = new ArrayList<>(draws);
    Collections.shuffle(order, RandomAdaptor.createAdaptor(new Well19937c(options.seed())));
    List<List<Pair>> queues =
        cells.values().stream()
            .map(
                pairs ->
                    order.stream().filter(pairs::containsKey).map(draw -> pairs.get(draw)).toList())
            .toList();
    List<Pair> chosen = new ArrayList<>();
    int longest = queues.stream().mapToInt(List::size).max().orElse(0);
    for (int turn = 0; turn < longest; turn++) {
      for (List<Pair> queue : queues) {
        if (turn < queue.size() && chosen.size() < options.maxPairs()) {
          chosen.add(queue.get(turn));
        }
      }
    }
    return List.copyOf(chosen);
  }

  private static int compare(Weighting one, Weighting other) {
    for (int i = 0; i < one.objectives(); i++) {
      int order = Double.compare(one.weight(i), other.weight(i));
      if (order != 0) {
        return order;
      }
    }
    return Double.compare(one.klCoefficient(), other.klCoefficient());
  }
}
