package dev.clp.plugins.exact;

import java.util.List;
import java.util.OptionalDouble;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;

/**
 * A mean over seeds and half the width of its Student-t interval.
 *
 * @param mean the mean
 * @param halfWidth {@code t * s / sqrt(n)} for n seeds, s their sample standard deviation and t the
 *     quantile of Student's distribution with n - 1 degrees of freedom; empty for one seed
 */
record Estimate(double mean, OptionalDouble halfWidth) {

  /**
   * Estimates a mean.
   *
   * @param values one value per seed, at least one
   * @param confidence the interval's confidence, between 0 and 1
   */
  static Estimate of(List<Double> values, double confidence) {
    double[] array = values.stream().mapToDouble(Double::doubleValue).toArray();
    double mean = StatUtils.mean(array);
    if (array.length == 1) {
      return new Estimate(mean, OptionalDouble.empty());
    }
    double quantile =
        new TDistribution(array.length - 1.0).inverseCumulativeProbability((1 + confidence) / 2);
    double error = Math.sqrt(StatUtils.variance(array) / array.length);
    return new Estimate(mean, OptionalDouble.of(quantile * error));
  }
}
