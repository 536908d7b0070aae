package dev.clp.plugins.decoding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.clp.api.Combination;
import java.util.Arrays;
import java.util.List;

/**
 * The next token's distribution that multi-objective decoding takes for a divergence with the
 * generator f (Shi et al., 2024, arXiv 2406.18853):
 *
 * <pre>pi = pi_ref (f')^-1(sum_i w_i f'(pi_i / pi_ref) - Z), with Z so that pi sums to one</pre>
 *
 * <p>which comes to {@code pi_ref / (a - u)} for the forward KL divergence, {@code a = sum_i w_i
 * pi_ref / pi_i}, and to {@code pi_ref / (u b - 1)} for Jensen-Shannon, {@code b = prod_i (1 +
 * pi_ref / pi_i)^w_i}. The sum over tokens is convex and falls along u, so that Newton's method
 * from the side where it exceeds one cannot overshoot. Nothing here is trained: no gradient passes.
 *
 * @param divergence forward KL or Jensen-Shannon; reverse KL is a sum of logits
 * @param weights one per expert
 */
record DivergenceMixture(ModOptions.Divergence divergence, List<Double> weights)
    implements Combination.Custom {

  private static final int MOST_ITERATIONS = 100;
  private static final double PRECISION = 1e-12;

  /**
   * Combines logits.
   *
   * @param logits the reference's, then the experts'
   */
  @Override
  public NDArray combine(List<NDArray> logits) {
    NDArray like = logits.get(0);
    int vocabulary = (int) like.getShape().get(like.getShape().dimension() - 1);
    int rows = (int) (like.size() / vocabulary);
    List<double[]> logProbabilities = logits.stream().map(DivergenceMixture::normalised).toList();
    double[] combined = new double[rows * vocabulary];
    for (int row = 0; row < rows; row++) {
      combine(logProbabilities, row * vocabulary, vocabulary, combined);
    }
    NDManager manager = like.getManager();
    try (NDArray precise = manager.create(combined, like.getShape())) {
      return precise.toType(DataType.FLOAT32, true);
    }
  }

  private static double[] normalised(NDArray logits) {
    try (NDArray precise = logits.toType(DataType.FLOAT64, true);
        NDArray logProbabilities = precise.logSoftmax(-1)) {
      return logProbabilities.toDoubleArray();
    }
  }

  private void combine(List<double[]> logProbabilities, int from, int vocabulary, double[] into) {
    double[] reference = new double[vocabulary];
    double[] slope = new double[vocabulary];
    double[] offset = new double[vocabulary];
    for (int token = 0; token < vocabulary; token++) {
      double log = logProbabilities.get(0)[from + token];
      reference[token] = Math.exp(log);
      double forward = 0;
      double jensenShannon = 0;
      for (int i = 0; i < weights.size(); i++) {
        // An expert of weight zero has no say, not even about what it never says.
        if (weights.get(i) > 0) {
          double ratio = Math.exp(log - logProbabilities.get(i + 1)[from + token]);
          forward += weights.get(i) * ratio;
          jensenShannon += weights.get(i) * Math.log1p(ratio);
        }
      }
      boolean isForward = divergence == ModOptions.Divergence.FORWARD_KL;
      slope[token] = isForward ? 1 : Math.exp(jensenShannon);
      offset[token] = isForward ? forward : -1;
    }
    double root = root(reference, slope, offset);
    for (int token = 0; token < vocabulary; token++) {
      into[from + token] =
          Math.log(Math.max(Double.MIN_NORMAL, reference[token]))
              - Math.log(slope[token] * root + offset[token]);
    }
  }

  /** Returns the u at which {@code sum_y reference[y] / (slope[y] u + offset[y])} is one. */
  private static double root(double[] reference, double[] slope, double[] offset) {
    double u = Double.NEGATIVE_INFINITY;
    for (int token = 0; token < reference.length; token++) {
      // Here this token's term alone is one, so the sum is not below it.
      u = Math.max(u, (reference[token] - offset[token]) / slope[token]);
    }
    for (int iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
      double sum = 0;
      double derivative = 0;
      for (int token = 0; token < reference.length; token++) {
        double denominator = slope[token] * u + offset[token];
        sum += reference[token] / denominator;
        derivative -= slope[token] * reference[token] / (denominator * denominator);
      }
      if (sum - 1 < PRECISION) {
        return u;
      }
      u -= (sum - 1) / derivative;
    }
    throw new IllegalStateException(
        "the mixture of " + Arrays.toString(reference) + " does not sum to one");
  }
}
