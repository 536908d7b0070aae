package dev.clp.plugins.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The smallest world in which experts mislead: a first token, L or C, and a second. After L the
 * rewards are (1, 0) or (0, 1), after C (0.8, 0.8) either way. Both experts choose L, and whoever
 * mixes them does too, but at equal weights C is best. Its three lines were derived apart from this
 * code.
 */
class TwoTokenTreeTest {

  private static final double ALPHA = 0.05;
  private static final double[][] REWARDS = {{1, 0}, {0, 1}, {0.8, 0.8}, {0.8, 0.8}};
  private static final double[] UNIFORM = {0.25, 0.25, 0.25, 0.25};
  private static final List<Weighting> GRID =
      IntStream.rangeClosed(0, 10)
          .mapToObj(i -> new Weighting(List.of(i / 10.0, 1 - i / 10.0), ALPHA))
          .toList();

  @Test
  void theBestForEachWeighting() {
    ToDoubleFunction<Weighting> value = weighting -> values(weighting, best(weighting)).best();
    assertThat(mean(value)).isCloseTo(0.7718, within(1e-3));
    assertThat(value.applyAsDouble(GRID.get(5))).isCloseTo(0.7255, within(1e-3));
    assertThat(mean(weighting -> values(weighting, best(weighting)).regret()))
        .as("the tilted reference has no regret")
        .isCloseTo(0, within(1e-9));
  }

  @Test
  void mixingTheExpertsTokenLogits() {
    double[] first = logits(best(GRID.get(10)));
    double[] second = logits(best(GRID.get(0)));
    ToDoubleFunction<Weighting> value =
        weighting -> values(weighting, policy(combine(weighting, first, second))).policy();
    assertThat(mean(value)).isCloseTo(0.6794, within(1e-3));
    assertThat(value.applyAsDouble(GRID.get(5))).isCloseTo(0.4614, within(1e-3));
  }

  @Test
  void logitsLinearInTheWeightsTrainedOnAllWeightings() {
    double[][] copies = new double[2][6];
    for (int step = 0; step < 20_000; step++) {
      double[][] ascent = new double[2][6];
      for (Weighting weighting : GRID) {
        double[] gradient = gradient(weighting, combine(weighting, copies[0], copies[1]));
        for (int copy = 0; copy < 2; copy++) {
          for (int i = 0; i < 6; i++) {
            ascent[copy][i] += weighting.weight(copy) * gradient[i] / GRID.size();
          }
        }
      }
      for (int copy = 0; copy < 2; copy++) {
        for (int i = 0; i < 6; i++) {
          copies[copy][i] += 5 * ascent[copy][i];
        }
      }
    }
    ToDoubleFunction<Weighting> value =
        weighting -> values(weighting, policy(combine(weighting, copies[0], copies[1]))).policy();
    assertThat(mean(value)).isCloseTo(0.7486, within(1e-3));
    assertThat(value.applyAsDouble(GRID.get(5))).isCloseTo(0.7255, within(1e-3));
  }

  private static double mean(ToDoubleFunction<Weighting> value) {
    return GRID.stream().mapToDouble(value).average().orElseThrow();
  }

  private static Values values(Weighting weighting, double[] policy) {
    return Values.of(Listing.responses("tree", 1, weighting, "only", policy, UNIFORM, REWARDS));
  }

  /** Returns the reference tilted by the reward. */
  private static double[] best(Weighting weighting) {
    double[] probabilities = new double[4];
    double sum = 0;
    for (int leaf = 0; leaf < 4; leaf++) {
      double reward =
          weighting.weight(0) * REWARDS[leaf][0] + weighting.weight(1) * REWARDS[leaf][1];
      probabilities[leaf] = UNIFORM[leaf] * Math.exp((1 - ALPHA) / ALPHA * reward);
      sum += probabilities[leaf];
    }
    for (int leaf = 0; leaf < 4; leaf++) {
      probabilities[leaf] /= sum;
    }
    return probabilities;
  }

  /** Returns the token log-probabilities of a policy: at the root, after L, after C. */
  private static double[] logits(double[] leaves) {
    double left = leaves[0] + leaves[1];
    double right = leaves[2] + leaves[3];
    return new double[] {
      Math.log(left),
      Math.log(right),
      Math.log(leaves[0] / left),
      Math.log(leaves[1] / left),
      Math.log(leaves[2] / right),
      Math.log(leaves[3] / right)
    };
  }

  private static double[] combine(Weighting weighting, double[] first, double[] second) {
    double[] sum = new double[6];
    for (int i = 0; i < 6; i++) {
      sum[i] = weighting.weight(0) * first[i] + weighting.weight(1) * second[i];
    }
    return sum;
  }

  private static double[] policy(double[] logits) {
    List<Double> leaves = new ArrayList<>();
    for (int first = 0; first < 2; first++) {
      for (int second = 0; second < 2; second++) {
        leaves.add(
            softmax(logits[0], logits[1])[first]
                * softmax(logits[2 + 2 * first], logits[3 + 2 * first])[second]);
      }
    }
    return leaves.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double[] softmax(double a, double b) {
    double first = 1 / (1 + Math.exp(b - a));
    return new double[] {first, 1 - first};
  }

  /** Returns {@code sum_y pi(y) (return(y) - V) grad log pi(y)} in the six logits. */
  private static double[] gradient(Weighting weighting, double[] logits) {
    double[] leaves = policy(logits);
    double value = values(weighting, leaves).policy();
    double[] gradient = new double[6];
    for (int leaf = 0; leaf < 4; leaf++) {
      double reward =
          weighting.weight(0) * REWARDS[leaf][0] + weighting.weight(1) * REWARDS[leaf][1];
      double advantage =
          (1 - ALPHA) * reward - ALPHA * Math.log(leaves[leaf] / UNIFORM[leaf]) - value;
      int first = leaf / 2;
      int second = leaf % 2;
      double[] root = softmax(logits[0], logits[1]);
      double[] branch = softmax(logits[2 + 2 * first], logits[3 + 2 * first]);
      for (int token = 0; token < 2; token++) {
        gradient[token] += leaves[leaf] * advantage * ((token == first ? 1 : 0) - root[token]);
        gradient[2 + 2 * first + token] +=
            leaves[leaf] * advantage * ((token == second ? 1 : 0) - branch[token]);
      }
    }
    return gradient;
  }
}
