package dev.clp.plugins.pareto;

import dev.clp.api.Spread;
import java.util.List;
import java.util.Optional;
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

  /** Estimates a mean that is undefined where any seed's value is. */
  static Optional<Estimate> ofDefined(List<OptionalDouble> values, double confidence) {
    return values.stream().allMatch(OptionalDouble::isPresent)
        ? Optional.of(of(values.stream().map(OptionalDouble::getAsDouble).toList(), confidence))
        : Optional.empty();
  }

  /** Returns half the width of the interval, 0 if there is none. */
  double halfWidthOrZero() {
    return halfWidth.orElse(0);
  }

  /** Returns whether the two means differ by rounding alone. */
  boolean equalsUpToRounding(Estimate other) {
    return Spread.isRounding(Math.abs(mean - other.mean), magnitude(other));
  }

  /**
   * Returns whether the two intervals have no point in common; one without an interval is a point.
   */
  boolean isApartFrom(Estimate other) {
    double gap = Math.abs(mean - other.mean) - halfWidthOrZero() - other.halfWidthOrZero();
    return !Spread.isRounding(gap, magnitude(other));
  }

  private double magnitude(Estimate other) {
    return Math.max(Math.abs(mean), Math.abs(other.mean));
  }
}
