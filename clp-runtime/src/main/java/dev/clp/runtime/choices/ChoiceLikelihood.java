package dev.clp.runtime.choices;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.MaxIter;
import org.apache.commons.math3.optim.SimpleValueChecker;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunctionGradient;
import org.apache.commons.math3.optim.nonlinear.scalar.gradient.NonLinearConjugateGradientOptimizer;

/**
 * The log-likelihood of choices as a function of the non-negative coefficients c of some corners,
 * whose sum is beta w: {@code sum_k log sigmoid(d_k . sum_j c_j corner_j) - sum_j c_j / 100}.
 *
 * <p>The last term is the density, up to a constant, of an exponential prior on beta with mean 100
 * where the differences d have root mean square one. It hardly moves an estimate, and gives choices
 * that some weighting explains without exception, which no finite beta explains best, a likeliest
 * one.
 */
final class ChoiceLikelihood {

  private static final double MEAN_CONSISTENCY = 100;

  /** Logarithms of coefficients beyond these are as good as infinite. */
  private static final double BOUND = 30;

  /** Per choice and corner, the corner's reward difference. */
  private final double[][] differences;

  /**
   * Describes choices.
   *
   * @param differences per choice and objective
   * @param corners weightings, each of which has a coefficient
   */
  ChoiceLikelihood(double[][] differences, double[][] corners) {
    this.differences =
        Arrays.stream(differences)
            .map(
                difference ->
                    Arrays.stream(corners).mapToDouble(corner -> dot(difference, corner)).toArray())
            .toArray(double[][]::new);
  }

  /**
   * Where the likelihood is greatest.
   *
   * @param value the log-likelihood there
   * @param coefficients one per corner
   */
  record Maximum(double value, List<Double> coefficients) {}

  /** Finds the maximum; in the logarithms of the coefficients there are no bounds to keep. */
  Maximum maximum() {
    var found =
        new NonLinearConjugateGradientOptimizer(
                NonLinearConjugateGradientOptimizer.Formula.POLAK_RIBIERE,
                new SimpleValueChecker(1e-12, 1e-10))
            .optimize(
                GoalType.MAXIMIZE,
                new ObjectiveFunction(logarithms -> value(coefficients(logarithms))),
                new ObjectiveFunctionGradient(this::gradient),
                new InitialGuess(new double[differences[0].length]),
                new MaxEval(100_000),
                new MaxIter(10_000));
    return new Maximum(
        found.getValue(), DoubleStream.of(coefficients(found.getPoint())).boxed().toList());
  }

  private double value(double[] coefficients) {
    double sum = -Arrays.stream(coefficients).sum() / MEAN_CONSISTENCY;
    for (double[] difference : differences) {
      double score = dot(difference, coefficients);
      // log sigmoid, without overflow on either side.
      sum += Math.min(score, 0) - Math.log1p(Math.exp(-Math.abs(score)));
    }
    return sum;
  }

  private double[] gradient(double[] logarithms) {
    double[] coefficients = coefficients(logarithms);
    double[] gradient = new double[coefficients.length];
    Arrays.fill(gradient, -1 / MEAN_CONSISTENCY);
    for (double[] difference : differences) {
      double surprise = 1 / (1 + Math.exp(dot(difference, coefficients)));
      for (int j = 0; j < gradient.length; j++) {
        gradient[j] += surprise * difference[j];
      }
    }
    for (int j = 0; j < gradient.length; j++) {
      gradient[j] *= coefficients[j];
    }
    return gradient;
  }

  private static double[] coefficients(double[] logarithms) {
    return Arrays.stream(logarithms)
        .map(each -> Math.exp(Math.max(-BOUND, Math.min(BOUND, each))))
        .toArray();
  }

  private static double dot(double[] one, double[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += one[i] * other[i];
    }
    return sum;
  }
}
