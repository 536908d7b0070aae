package dev.clp.runtime.diagnostics;

import dev.clp.api.Spread;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.apache.commons.math3.util.FastMath;

/**
 * How two rewards go together over the same responses.
 *
 * @param first the name of one objective
 * @param second the name of the other
 * @param pearson the correlation of the scores
 * @param spearman the correlation of their ranks
 */
record Correlation(String first, String second, Estimate pearson, Estimate spearman) {

  private static final double NORMAL_97_5 =
      new NormalDistribution().inverseCumulativeProbability(0.975);

  /**
   * A correlation with its interval of 95 %.
   *
   * @param value in [-1, 1]; not a number if a side varies by rounding alone
   * @param low the interval's lower end; not a number if there are fewer than four examples
   * @param high the interval's upper end, likewise
   */
  record Estimate(double value, double low, double high) {

    /** Returns the value, then the interval in brackets. */
    @Override
    public String toString() {
      return Numbers.correlation(value) + " " + interval();
    }

    private String interval() {
      return "[" + Numbers.correlation(low) + ", " + Numbers.correlation(high) + "]";
    }
  }

  /**
   * Correlates two rewards.
   *
   * <p>Intervals are Fisher's (1915), for Spearman's correlation with the variance of Bonett and
   * Wright (2000). Responses to one example are alike, so each example counts once in their width:
   * they are rather too wide than too narrow.
   *
   * @param examples the number of examples that the responses are to
   */
  static Correlation of(
      String first, double[] firstScores, String second, double[] secondScores, int examples) {
    boolean constant = Spread.isConstant(firstScores) || Spread.isConstant(secondScores);
    double pearson =
        constant ? Double.NaN : new PearsonsCorrelation().correlation(firstScores, secondScores);
    double spearman =
        constant ? Double.NaN : new SpearmansCorrelation().correlation(firstScores, secondScores);
    return new Correlation(
        first,
        second,
        estimate(pearson, 1, examples),
        estimate(spearman, 1 + spearman * spearman / 2, examples));
  }

  private static Estimate estimate(double value, double variance, int examples) {
    if (examples < 4) {
      return new Estimate(value, Double.NaN, Double.NaN);
    }
    double z = FastMath.atanh(value);
    double width = NORMAL_97_5 * Math.sqrt(variance / (examples - 3));
    return new Estimate(value, Math.tanh(z - width), Math.tanh(z + width));
  }
}
