package dev.clp.api;

import org.apiguardian.api.API;

/**
 * Tells the spread of numbers from rounding, before anything is divided by it.
 *
 * <p>Scores and log-probabilities are computed in single precision, so equal ones may differ in
 * their last digits. A difference d of numbers up to the magnitude M counts as rounding if
 *
 * <pre>{@code d <= 16 * 2^-23 * M},</pre>
 *
 * which is 16 units in the last place of a single-precision number of that size, or 1.9e-6 of it.
 * Summing n such numbers in double precision adds an error of at most {@code n * 2^-52 * M}, which
 * is far below that for any n under a billion.
 *
 * <p>The magnitude is that of what was subtracted, not of the difference: the log-ratio of two
 * log-probabilities near -100 is known to about 2e-4 nats, however small it is.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class Spread {

  private static final double RELATIVE_RESOLUTION = 16 * 0x1p-23;

  private Spread() {}

  /**
   * Returns the largest difference that is rounding alone.
   *
   * @param magnitude the largest absolute value of the numbers that were subtracted, at least 0
   */
  public static double resolution(double magnitude) {
    return RELATIVE_RESOLUTION * magnitude;
  }

  /**
   * Returns whether a difference is rounding alone.
   *
   * @param difference a range, a deviation or a gap, at least 0
   * @param magnitude the largest absolute value of the numbers that were subtracted, at least 0
   */
  public static boolean isRounding(double difference, double magnitude) {
    return difference <= resolution(magnitude);
  }

  /**
   * Returns whether numbers differ by rounding alone: whether the largest less the smallest does.
   * No numbers, and one number, do.
   *
   * @param values finite numbers
   */
  public static boolean isConstant(double... values) {
    if (values.length == 0) {
      return true;
    }
    double least = values[0];
    double greatest = values[0];
    for (double value : values) {
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    return isRounding(greatest - least, Math.max(Math.abs(least), Math.abs(greatest)));
  }
}
