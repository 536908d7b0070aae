package dev.clp.runtime.choices;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Chooses which pairs of responses to ask a user about.
 *
 * <p>Weightings and consistencies that the choices so far leave possible are drawn; under each, a
 * pair brings the information {@code p (1 - p) beta^2 v v^T} on the weights, p being the
 * probability of one answer and v the reward difference along the simplex. The next pair is the one
 * that adds most to the mean log-determinant of the information (Bayesian D-optimal design,
 * Chaloner and Verdinelli, 1995). Several at once are chosen one after the other, each as if those
 * before had been asked.
 */
public final class InformativePairs {

  private static final int DRAWN = 1000;
  private static final int KEPT = 64;
  private static final double LEAST_CONSISTENCY = 0.5;
  private static final double GREATEST_CONSISTENCY = 8;

  /** Inverse variance of a weight before anything is known, about that of the simplex. */
  private static final double PRIOR_INFORMATION = 12;

  private InformativePairs() {}

  /**
   * Returns the indices of the most informative pairs, the most informative first.
   *
   * @param pairs per pair and objective, the difference of the two rewards
   * @param choices differences of chosen less rejected so far; may be empty
   * @param count how many to choose; fewer if there are fewer pairs
   */
  public static List<Integer> next(
      List<double[]> pairs, List<double[]> choices, int count, SplittableRandom random) {
    if (pairs.isEmpty()) {
      return List.of();
    }
    double scale =
        Math.sqrt(
            pairs.stream().flatMapToDouble(Arrays::stream).map(d -> d * d).average().orElseThrow());
    List<User> users = possible(pairs.get(0).length, choices, scale, random);
    List<double[]> centred = pairs.stream().map(InformativePairs::centred).toList();
    for (double[] choice : choices) {
      double[] along = centred(choice);
      users.forEach(user -> user.ask(choice, along));
    }
    List<Integer> chosen = new ArrayList<>();
    while (chosen.size() < Math.min(count, pairs.size())) {
      int best = -1;
      double most = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < pairs.size(); i++) {
        double gain = 0;
        for (User user : users) {
          gain += user.gain(pairs.get(i), centred.get(i));
        }
        if (gain > most && !chosen.contains(i)) {
          most = gain;
          best = i;
        }
      }
      chosen.add(best);
      double[] pair = pairs.get(best);
      double[] along = centred.get(best);
      users.forEach(user -> user.ask(pair, along));
    }
    return chosen;
  }

  /** Takes away from a difference what weights that sum to one do not feel. */
  private static double[] centred(double[] difference) {
    double mean = Arrays.stream(difference).average().orElseThrow();
    return Arrays.stream(difference).map(each -> each - mean).toArray();
  }

  /** Draws users by how likely the choices are under them. */
  private static List<User> possible(
      int objectives, List<double[]> choices, double scale, SplittableRandom random) {
    List<User> drawn = new ArrayList<>();
    double[] logLikelihoods = new double[DRAWN];
    for (int i = 0; i < DRAWN; i++) {
      double[] weights = new double[objectives];
      double sum = 0;
      for (int j = 0; j < objectives; j++) {
        weights[j] = -Math.log1p(-random.nextDouble());
        sum += weights[j];
      }
      double beta =
          LEAST_CONSISTENCY
              * Math.pow(GREATEST_CONSISTENCY / LEAST_CONSISTENCY, random.nextDouble())
              / scale;
      for (int j = 0; j < objectives; j++) {
        weights[j] *= beta / sum;
      }
      User user = new User(weights, beta);
      drawn.add(user);
      for (double[] choice : choices) {
        logLikelihoods[i] -= Math.log1p(Math.exp(-user.score(choice)));
      }
    }
    double greatest = Arrays.stream(logLikelihoods).max().orElseThrow();
    double[] proportions =
        Arrays.stream(logLikelihoods).map(each -> Math.exp(each - greatest)).toArray();
    double total = Arrays.stream(proportions).sum();
    // Systematic resampling: as many of each as its proportion, up to one.
    List<User> kept = new ArrayList<>();
    double passed = 0;
    double next = random.nextDouble();
    for (int i = 0; i < DRAWN; i++) {
      passed += proportions[i] / total * KEPT;
      for (; next < passed; next++) {
        kept.add(new User(drawn.get(i).scaledWeights, drawn.get(i).beta));
      }
    }
    return kept;
  }

  /** A user who is possible, and what is known of the weights if this is the one. */
  private static final class User {

    /** The weights, times the consistency. */
    private final double[] scaledWeights;

    private final double beta;

    /** The inverse of the information, [objectives, objectives]. */
    private final double[][] covariance;

    User(double[] scaledWeights, double beta) {
      this.scaledWeights = scaledWeights;
      this.beta = beta;
      this.covariance = new double[scaledWeights.length][scaledWeights.length];
      for (int i = 0; i < covariance.length; i++) {
        covariance[i][i] = 1 / PRIOR_INFORMATION;
      }
    }

    double score(double[] difference) {
      return dot(scaledWeights, difference);
    }

    /** Returns how much an answer on a pair adds to the log-determinant. */
    double gain(double[] difference, double[] along) {
      double variance = 0;
      for (int i = 0; i < along.length; i++) {
        variance += along[i] * dot(covariance[i], along);
      }
      return Math.log1p(uncertainty(difference) * variance);
    }

    /** Adds the information of an answer, by the formula of Sherman and Morrison. */
    void ask(double[] difference, double[] along) {
      double[] moved = new double[along.length];
      for (int i = 0; i < along.length; i++) {
        moved[i] = dot(covariance[i], along);
      }
      double uncertainty = uncertainty(difference);
      double factor = uncertainty / (1 + uncertainty * dot(along, moved));
      for (int i = 0; i < along.length; i++) {
        for (int j = 0; j < along.length; j++) {
          covariance[i][j] -= factor * moved[i] * moved[j];
        }
      }
    }

    private double uncertainty(double[] difference) {
      double probability = 1 / (1 + Math.exp(-score(difference)));
      return probability * (1 - probability) * beta * beta;
    }

    private static double dot(double[] one, double[] other) {
      double sum = 0;
      for (int i = 0; i < one.length; i++) {
        sum += one[i] * other[i];
      }
      return sum;
    }
  }
}
