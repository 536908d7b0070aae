package dev.clp.runtime.policygradient;

import dev.clp.api.Scalarizer;
import dev.clp.api.Weighting;
import dev.clp.runtime.config.PolicyGradientOptions.Scalarize;
import java.util.Arrays;

/** Turns the rewards of one weighting's rollouts into one number each. */
final class ScalarRewards {

  private ScalarRewards() {}

  /**
   * Returns {@code s(R)} of every rollout, or, on expected returns, the linearisation {@code s(m) +
   * grad s(m) . (R - m)} at the mean rewards {@code m}, whose mean is {@code s(m)}.
   *
   * @param rewards [rollouts][objectives], normalised
   * @param probabilities the weight of each rollout in the expectation, summing to one
   */
  static double[] of(
      Scalarize scalarize,
      Scalarizer scalarizer,
      Weighting weighting,
      float[][] rewards,
      double[] probabilities) {
    return switch (scalarize) {
      case RESPONSES ->
          Arrays.stream(rewards)
              .mapToDouble(each -> scalarizer.scalarize(each, weighting))
              .toArray();
      case EXPECTED_RETURNS -> linearised(scalarizer, weighting, rewards, probabilities);
    };
  }

  private static double[] linearised(
      Scalarizer scalarizer, Weighting weighting, float[][] rewards, double[] probabilities) {
    float[] mean = new float[rewards[0].length];
    for (int objective = 0; objective < mean.length; objective++) {
      double sum = 0;
      for (int i = 0; i < rewards.length; i++) {
        sum += probabilities[i] * rewards[i][objective];
      }
      mean[objective] = (float) sum;
    }
    double value = scalarizer.scalarize(mean, weighting);
    double[] gradient = scalarizer.gradient(mean, weighting);
    return Arrays.stream(rewards)
        .mapToDouble(
            each -> {
              double linear = value;
              for (int objective = 0; objective < mean.length; objective++) {
                linear += gradient[objective] * (each[objective] - mean[objective]);
              }
              return linear;
            })
        .toArray();
  }
}
