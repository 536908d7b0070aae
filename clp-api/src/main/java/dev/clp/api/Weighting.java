package dev.clp.api;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * The knobs of a steerable policy: a weight for every objective and a weight for staying close to
 * the reference.
 *
 * @param weights one weight per objective, in the experiment's order; non-negative, summing to one
 * @param klCoefficient the KL coefficient alpha in [0, 1]: the value of a policy is {@code (1 -
 *     klCoefficient) * reward - klCoefficient * KL(policy || reference)}
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Weighting(List<Double> weights, double klCoefficient) {

  private static final double TOLERANCE = 1e-6;

  public Weighting {
    weights = List.copyOf(weights);
    double sum = 0;
    for (double weight : weights) {
      if (!(weight >= 0)) {
        throw new IllegalArgumentException("a weight must be at least 0, but got " + weights);
      }
      sum += weight;
    }
    if (!(Math.abs(sum - 1) <= TOLERANCE)) {
      throw new IllegalArgumentException(
          "the weights must sum to 1, but " + weights + " sum to " + sum);
    }
    if (!(klCoefficient >= 0 && klCoefficient <= 1)) {
      throw new IllegalArgumentException(
          "the KL coefficient must lie in [0, 1], but got " + klCoefficient);
    }
  }

  /** Returns the weighting that scales {@code proportions} to sum to one. */
  public static Weighting ofProportions(double[] proportions, double klCoefficient) {
    double sum = 0;
    for (double proportion : proportions) {
      sum += proportion;
    }
    if (!(sum > 0) || Double.isInfinite(sum)) {
      throw new IllegalArgumentException("proportions must have a positive, finite sum");
    }
    double total = sum;
    return new Weighting(
        IntStream.range(0, proportions.length).mapToObj(i -> proportions[i] / total).toList(),
        klCoefficient);
  }

  /** Returns the weighting that puts everything on one of {@code objectives} objectives. */
  public static Weighting corner(int objectives, int objective, double klCoefficient) {
    return new Weighting(
        IntStream.range(0, objectives).mapToObj(i -> i == objective ? 1.0 : 0.0).toList(),
        klCoefficient);
  }

  /** Returns the weighting that treats all objectives alike. */
  public static Weighting balanced(int objectives, double klCoefficient) {
    return new Weighting(
        IntStream.range(0, objectives).mapToObj(i -> 1.0 / objectives).toList(), klCoefficient);
  }

  /** Returns the number of objectives. */
  public int objectives() {
    return weights.size();
  }

  /** Returns the weight of one objective, counted from zero. */
  public double weight(int objective) {
    return weights.get(objective);
  }

  /** Returns the weighted sum of {@code values}, one per objective. */
  public double dot(float[] values) {
    if (values.length != weights.size()) {
      throw new IllegalArgumentException(
          "expected " + weights.size() + " values, but got " + values.length);
    }
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weights.get(i) * values[i];
    }
    return sum;
  }

  /** Returns a short form such as {@code 0.25:0.75@0.1}: the weights, then the KL coefficient. */
  @Override
  public String toString() {
    return weights.stream().map(Weighting::format).collect(Collectors.joining(":"))
        + "@"
        + format(klCoefficient);
  }

  private static String format(double value) {
    String text = String.format(Locale.ROOT, "%.4f", value);
    return text.replaceAll("0+$", "").replaceAll("\\.$", "");
  }
}
