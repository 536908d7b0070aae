package dev.clp.api;

import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * The KL coefficients that an experiment trains under: one value, or a range to draw from.
 *
 * @param min the smallest KL coefficient, in [0, 1]
 * @param max the largest KL coefficient, in [min, 1]; equal to {@code min} for a fixed KL
 *     coefficient
 * @param scale how values between the two are spread
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record KlRange(double min, double max, Scale scale) {

  /** How a KL coefficient is drawn between the two ends. */
  public enum Scale {
    /** Every value is equally likely. */
    UNIFORM,
    /** Every order of magnitude is equally likely; needs {@code min} above zero. */
    LOG_UNIFORM
  }

  public KlRange {
    if (!(min >= 0 && min <= max && max <= 1)) {
      throw new IllegalArgumentException(
          "a KL range needs 0 <= min <= max <= 1, but got " + min + " to " + max);
    }
    if (scale == Scale.LOG_UNIFORM && min == 0) {
      throw new IllegalArgumentException("a log-uniform KL range needs min above 0");
    }
  }

  /** Returns the range that holds one value. */
  public static KlRange fixed(double klCoefficient) {
    return new KlRange(klCoefficient, klCoefficient, Scale.UNIFORM);
  }

  /** Returns whether only one value is possible. */
  public boolean isFixed() {
    return min == max;
  }

  /** Draws a KL coefficient; a fixed range consumes no randomness. */
  public double draw(RandomGenerator random) {
    return isFixed() ? min : at(random.nextDouble());
  }

  /** Returns the value a given fraction of the way, in [0, 1], from {@code min} to {@code max}. */
  public double at(double fraction) {
    double value =
        scale == Scale.UNIFORM
            ? min + fraction * (max - min)
            : Math.exp(Math.log(min) + fraction * (Math.log(max) - Math.log(min)));
    return Math.min(max, Math.max(min, value));
  }

  /**
   * Returns where a KL coefficient lies on the scale, from 0 at {@code min} to 1 at {@code max}:
   * the inverse of {@link #at}; 0 for a fixed range. What lies outside counts as the nearer end.
   */
  public double position(double klCoefficient) {
    double inside = Math.min(max, Math.max(min, klCoefficient));
    if (isFixed()) {
      return 0;
    }
    return scale == Scale.UNIFORM
        ? (inside - min) / (max - min)
        : Math.log(inside / min) / Math.log(max / min);
  }
}
