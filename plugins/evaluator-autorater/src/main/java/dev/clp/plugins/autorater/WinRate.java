package dev.clp.plugins.autorater;

import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * How often a policy wins, by one criterion.
 *
 * @param pairs how many pairs were judged
 * @param wins how many the policy won
 * @param ties how many neither won
 * @param losses how many the baseline won
 * @param flips how many verdicts the order changed, all of them ties
 * @param asked how many of the pairs with a verdict the judge was asked about
 * @param rate {@code (wins + ties / 2) / (wins + ties + losses)}, in [0, 1]; empty without a
 *     verdict
 * @param interval its bootstrap interval; empty for fewer than two examples
 */
record WinRate(
    int pairs,
    int wins,
    int ties,
    int losses,
    int flips,
    int asked,
    Optional<Double> rate,
    Optional<Interval> interval) {

  /**
   * An interval of percentiles.
   *
   * @param low its lower end
   * @param high its upper end
   */
  record Interval(double low, double high) {}

  /**
   * A pair and what was said of it.
   *
   * @param pair the pair
   * @param judgement the judgement
   */
  record Item(Pair pair, Judgement judgement) {}

  /** The points of the pairs of one example. */
  private record Points(double sum, int count) {

    Points plus(Points other) {
      return new Points(sum + other.sum, count + other.count);
    }
  }

  /** Counts. */
  static WinRate of(List<Item> items, String criterion, AutoraterOptions options) {
    List<Item> judged = items.stream().filter(item -> item.judgement().hasVerdict()).toList();
    Map<String, Points> examples = new LinkedHashMap<>();
    Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
    int flips = 0;
    int asked = 0;
    for (Item item : judged) {
      Outcome outcome = item.judgement().outcomes().get(criterion);
      counts.merge(outcome, 1, Integer::sum);
      flips += item.judgement().flipped().contains(criterion) ? 1 : 0;
      asked += item.judgement().wasAsked() ? 1 : 0;
      examples.merge(item.pair().policy().example(), new Points(outcome.points(), 1), Points::plus);
    }
    return new WinRate(
        items.size(),
        counts.getOrDefault(Outcome.WIN, 0),
        counts.getOrDefault(Outcome.TIE, 0),
        counts.getOrDefault(Outcome.LOSS, 0),
        flips,
        asked,
        judged.isEmpty() ? Optional.empty() : Optional.of(rate(examples.values())),
        interval(List.copyOf(examples.values()), options));
  }

  /** Returns how many pairs have no verdict. */
  int withoutVerdict() {
    return pairs - wins - ties - losses;
  }

  /** Returns the proportion of verdicts that the order changed; empty if none was asked for. */
  Optional<Double> flipProportion() {
    return asked == 0 ? Optional.empty() : Optional.of(flips / (double) asked);
  }

  private static double rate(Collection<Points> examples) {
    Points all = examples.stream().reduce(new Points(0, 0), Points::plus);
    return all.sum() / all.count();
  }

  /**
   * Draws examples with replacement, all pairs of an example together: the judge sees one prompt at
   * every weighting, so that these are no independent evidence.
   */
  private static Optional<Interval> interval(List<Points> examples, AutoraterOptions options) {
    if (examples.size() < 2) {
      return Optional.empty();
    }
    RandomGenerator random = new Well19937c(options.seed());
    double[] rates = new double[options.resamples()];
    for (int i = 0; i < rates.length; i++) {
      Points sum = new Points(0, 0);
      for (int draw = 0; draw < examples.size(); draw++) {
        sum = sum.plus(examples.get(random.nextInt(examples.size())));
      }
      rates[i] = sum.sum() / sum.count();
    }
    double tail = 100 * (1 - options.confidence()) / 2;
    Percentile percentile = new Percentile();
    percentile.setData(rates);
    return Optional.of(new Interval(percentile.evaluate(tail), percentile.evaluate(100 - tail)));
  }
}
