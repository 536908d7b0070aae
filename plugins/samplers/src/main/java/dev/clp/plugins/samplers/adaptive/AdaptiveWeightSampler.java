package dev.clp.plugins.samplers.adaptive;

import dev.clp.api.WeightSampler;
import dev.clp.api.Weighting;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Draws arms by their priority, with a uniform proportion mixed in. An arm that has not been seen
 * has the highest priority of those that have.
 */
final class AdaptiveWeightSampler implements WeightSampler {

  private final Arms arms;
  private final double exploration;
  private final Priority priority;

  /**
   * What {@link #probabilities} returns, until the next observation; computing it takes a while.
   */
  private double[] known = {};

  AdaptiveWeightSampler(Arms arms, double exploration, Priority priority) {
    this.arms = arms;
    this.exploration = exploration;
    this.priority = priority;
  }

  @Override
  public Weighting sample(RandomGenerator random) {
    double place = random.nextDouble();
    double[] probabilities = probabilities();
    int arm = 0;
    double end = probabilities[0];
    while (place >= end && arm < probabilities.length - 1) {
      arm++;
      end += probabilities[arm];
    }
    return arms.draw(arm, random);
  }

  @Override
  public void observe(Weighting weighting, float[] rewards, double klDivergence) {
    arms.observe(weighting, rewards, klDivergence);
    known = new double[0];
  }

  /** Returns the probability of each arm. */
  double[] probabilities() {
    if (known.length == 0) {
      known = computed();
    }
    return known.clone();
  }

  private double[] computed() {
    List<Arm> all = arms.all();
    int[] seen =
        IntStream.range(0, all.size()).filter(i -> all.get(i).seen().isPresent()).toArray();
    double[] probabilities = new double[all.size()];
    Arrays.fill(probabilities, 1.0 / all.size());
    if (seen.length == 0) {
      return probabilities;
    }
    double[] priorities = priority.of(Arrays.stream(seen).mapToObj(all::get).toList());
    double[] weights = new double[all.size()];
    Arrays.fill(weights, Arrays.stream(priorities).max().orElseThrow());
    for (int i = 0; i < seen.length; i++) {
      weights[seen[i]] = priorities[i];
    }
    double sum = Arrays.stream(weights).sum();
    if (sum > 0) {
      for (int i = 0; i < weights.length; i++) {
        probabilities[i] = exploration * probabilities[i] + (1 - exploration) * weights[i] / sum;
      }
    }
    return probabilities;
  }
}
