package dev.clp.runtime.choices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightFitTest {

  /**
   * Users of known weights, who choose by the model of Bradley and Terry in the rewards' own
   * deviations, so that they often err, or ten times as consistently.
   */
  @ParameterizedTest
  @CsvSource({"2, 20, 1", "2, 20, 10", "3, 40, 1", "3, 40, 10"})
  void findsTheWeightsOfSimulatedUsers(int objectives, int choices, double consistency) {
    Random random = new Random(17);
    double error = 0;
    int covered = 0;
    int users = 12;
    for (int user = 0; user < users; user++) {
      double[] weights = weights(objectives, random);
      List<double[]> pairs = pairs(objectives, random);
      List<double[]> made = new ArrayList<>();
      for (int i = 0; i < choices; i++) {
        int asked =
            InformativePairs.next(pairs, made, 1, new SplittableRandom(100L * user + i)).get(0);
        double[] pair = pairs.remove(asked);
        double probability = 1 / (1 + Math.exp(-consistency * dot(weights, pair)));
        made.add(
            random.nextDouble() < probability
                ? pair
                : Arrays.stream(pair).map(each -> -each).toArray());
      }
      WeightFit fit = WeightFit.of(made);
      for (int i = 0; i < objectives; i++) {
        error += Math.abs(fit.weights().get(i) - weights[i]) / objectives / users;
        WeightFit.Interval interval = fit.intervals().get(i);
        covered += interval.low() <= weights[i] && weights[i] <= interval.high() ? 1 : 0;
      }
    }
    assertThat(error).isLessThan(0.1);
    assertThat(covered / (double) (users * objectives)).isGreaterThan(0.85);
  }

  /** The likelihood on a fine grid of weights and consistencies, without its weak prior. */
  @Test
  void isTheMaximumOfTheLikelihoodAndItsProfile() {
    List<double[]> made = choices(40, 2, new double[] {0.6, 0.4}, new Random(5));
    WeightFit fit = WeightFit.of(made);
    double best = Double.NEGATIVE_INFINITY;
    double likeliest = Double.NaN;
    double[] profile = new double[1001];
    for (int i = 0; i <= 1000; i++) {
      profile[i] = Double.NEGATIVE_INFINITY;
      for (double beta = 0.02; beta < 20; beta *= 1.02) {
        double value = 0;
        for (double[] choice : made) {
          double score = beta * (i / 1000.0 * choice[0] + (1 - i / 1000.0) * choice[1]);
          value -= Math.log1p(Math.exp(-score));
        }
        profile[i] = Math.max(profile[i], value);
      }
      if (profile[i] > best) {
        best = profile[i];
        likeliest = i / 1000.0;
      }
    }
    double level = best - 1.9207;
    int low = 0;
    while (profile[low] < level) {
      low++;
    }
    int high = 1000;
    while (profile[high] < level) {
      high--;
    }
    assertThat(fit.weights().get(0)).isCloseTo(likeliest, within(0.005));
    assertThat(fit.weights().get(0) + fit.weights().get(1)).isCloseTo(1, within(1e-9));
    assertThat(fit.intervals().get(0).low()).isCloseTo(low / 1000.0, within(0.005));
    assertThat(fit.intervals().get(0).high()).isCloseTo(high / 1000.0, within(0.005));
    assertThat(fit.intervals().get(1).low()).isCloseTo(1 - high / 1000.0, within(0.005));
    assertThat(fit.consistent()).isEmpty();
    assertThat(fit.tellsFromCoin()).isTrue();
  }

  /** A user who trades one unit of the first reward for between 1 and 2 of the second. */
  @Test
  void saysWhichWeightsAgreeWithChoicesThatNeverContradict() {
    WeightFit fit =
        WeightFit.of(
            List.of(
                new double[] {1, -1},
                new double[] {-1, 2},
                new double[] {1, 0.5},
                new double[] {3, -2}));
    WeightFit.Interval first = fit.consistent().orElseThrow().get(0);
    assertThat(first.low()).isCloseTo(0.5, within(1e-6));
    assertThat(first.high()).isCloseTo(2 / 3.0, within(1e-6));
    assertThat(fit.weights().get(0)).isBetween(first.low(), first.high());
    assertThat(fit.agreeing()).isEqualTo(4);
    assertThat(fit.intervals().get(0).low()).isLessThan(0.5);
  }

  @Test
  void saysWhatTheChoicesDoNotDetermine() {
    WeightFit once = WeightFit.of(List.of(new double[] {2, -1}, new double[] {2, -1}));
    assertThat(once.differences()).isOne();
    assertThat(once.tellsFromCoin()).isFalse();
    assertThat(once.intervals().get(0).width()).isGreaterThan(0.5);

    // Against both rewards, more often than not: no weights explain that better than a coin.
    WeightFit perverse =
        WeightFit.of(
            List.of(new double[] {-1, -2}, new double[] {-2, -1}, new double[] {0.5, 0.1}));
    assertThat(perverse.tellsFromCoin()).isFalse();
    assertThat(perverse.consistent()).isEmpty();

    WeightFit tie = WeightFit.of(List.of(new double[] {0, 0}, new double[] {1, -1}));
    assertThat(tie.choices()).isOne();
    assertThatThrownBy(() -> WeightFit.of(List.of(new double[] {0, 0})))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Whatever the unit of all rewards together, the weights are the same. */
  @Test
  void doesNotDependOnTheUnitOfAllRewards() {
    List<double[]> made = choices(30, 3, new double[] {0.2, 0.5, 0.3}, new Random(6));
    WeightFit large =
        WeightFit.of(
            made.stream().map(d -> Arrays.stream(d).map(each -> 1000 * each).toArray()).toList());
    for (int i = 0; i < 3; i++) {
      assertThat(large.weights().get(i))
          .isCloseTo(WeightFit.of(made).weights().get(i), within(1e-4));
    }
  }

  @Test
  void informativePairsAreTradesNotBargains() {
    // Of a pair in which one response is better in every reward, everybody prefers that.
    List<double[]> pairs =
        List.of(
            new double[] {5, 5},
            new double[] {0.1, -0.1},
            new double[] {3, -3},
            new double[] {4, 1});
    assertThat(InformativePairs.next(pairs, List.of(), 2, new SplittableRandom(1)).get(0))
        .isEqualTo(2);
    assertThat(InformativePairs.next(pairs, List.of(), 9, new SplittableRandom(1)))
        .containsExactlyInAnyOrder(0, 1, 2, 3);
    assertThat(InformativePairs.next(List.of(), List.of(), 1, new SplittableRandom(1))).isEmpty();
  }

  private static List<double[]> choices(
      int count, int objectives, double[] weights, Random random) {
    return pairs(objectives, random).stream()
        .limit(count)
        .map(
            pair ->
                random.nextDouble() < 1 / (1 + Math.exp(-dot(weights, pair)))
                    ? pair
                    : Arrays.stream(pair).map(each -> -each).toArray())
        .toList();
  }

  private static double[] weights(int objectives, Random random) {
    double[] drawn =
        IntStream.range(0, objectives)
            .mapToDouble(i -> -Math.log(1 - random.nextDouble()))
            .toArray();
    double sum = Arrays.stream(drawn).sum();
    return Arrays.stream(drawn).map(each -> each / sum).toArray();
  }

  /** Pairs of responses along a front: what one reward gains another one loses. */
  private static List<double[]> pairs(int objectives, Random random) {
    List<double[]> pairs = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      double[] one = response(objectives, random);
      double[] other = response(objectives, random);
      pairs.add(IntStream.range(0, objectives).mapToDouble(j -> one[j] - other[j]).toArray());
    }
    return pairs;
  }

  private static double[] response(int objectives, Random random) {
    double[] asked = weights(objectives, random);
    return Arrays.stream(asked)
        .map(weight -> 3 * (weight - 1.0 / objectives) + random.nextGaussian())
        .toArray();
  }

  private static double dot(double[] one, double[] other) {
    return IntStream.range(0, one.length).mapToDouble(i -> one[i] * other[i]).sum();
  }
}
