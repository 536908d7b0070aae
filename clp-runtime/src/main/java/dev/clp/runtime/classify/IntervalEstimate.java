package dev.clp.runtime.classify;

import java.util.List;

/**
 * A figure measured on held-out examples.
 *
 * @param value the figure
 * @param low the lower end of its 95 % interval
 * @param high the upper end
 */
public record IntervalEstimate(double value, double low, double high) {

  /** The normal distribution's 97.5 % quantile. */
  private static final double Z = 1.959964;

  /** Returns a proportion of successes with Wilson's interval (1927). */
  static IntervalEstimate proportion(int hits, int count) {
    double p = hits / (double) count;
    double scale = 1 + Z * Z / count;
    double middle = (p + Z * Z / (2 * count)) / scale;
    double half = Z / scale * Math.sqrt(p * (1 - p) / count + Z * Z / (4.0 * count * count));
    return new IntervalEstimate(p, Math.max(0, middle - half), Math.min(1, middle + half));
  }

  /**
   * Returns Pearson's correlation with Fisher's interval; 0 where one side is constant.
   *
   * @param x as many numbers as {@code y}
   */
  static IntervalEstimate correlation(List<Double> x, List<Double> y) {
    double meanX = mean(x);
    double meanY = mean(y);
    double product = 0;
    double squareX = 0;
    double squareY = 0;
    for (int i = 0; i < x.size(); i++) {
      product += (x.get(i) - meanX) * (y.get(i) - meanY);
      squareX += Math.pow(x.get(i) - meanX, 2);
      squareY += Math.pow(y.get(i) - meanY, 2);
    }
    if (squareX == 0 || squareY == 0) {
      return new IntervalEstimate(0, -1, 1);
    }
    double r = Math.max(-1, Math.min(1, product / Math.sqrt(squareX * squareY)));
    if (x.size() < 4 || Math.abs(r) == 1) {
      return new IntervalEstimate(r, -1, 1);
    }
    double z = Math.log((1 + r) / (1 - r)) / 2;
    double half = Z / Math.sqrt(x.size() - 3.0);
    return new IntervalEstimate(r, Math.tanh(z - half), Math.tanh(z + half));
  }

  static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  /** Returns the standard deviation of a population. */
  static double standardDeviation(List<Double> values) {
    double mean = mean(values);
    return Math.sqrt(
        values.stream().mapToDouble(value -> Math.pow(value - mean, 2)).average().orElse(0));
  }
}
