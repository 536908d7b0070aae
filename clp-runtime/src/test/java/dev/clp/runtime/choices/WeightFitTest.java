package dev.clp.runtime.choices;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
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
    int users = 16;
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
