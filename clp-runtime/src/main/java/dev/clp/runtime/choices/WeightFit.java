package dev.clp.runtime.choices;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.analysis.solvers.BisectionSolver;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.optim.MaxIter;
import org.apache.commons.math3.optim.linear.LinearConstraint;
import org.apache.commons.math3.optim.linear.LinearConstraintSet;
import org.apache.commons.math3.optim.linear.LinearObjectiveFunction;
import org.apache.commons.math3.optim.linear.NoFeasibleSolutionException;
import org.apache.commons.math3.optim.linear.NonNegativeConstraint;
import org.apache.commons.math3.optim.linear.Relationship;
import org.apache.commons.math3.optim.linear.SimplexSolver;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;

/**
 * The weighting under which pairwise choices are likeliest, by the model of Bradley and Terry
 * (1952):
 *
 * <pre>P(chosen over rejected) = sigmoid(beta w.(R(chosen) - R(rejected)))</pre>
 *
 * <p>with w on the simplex and the user's consistency beta above zero, which is estimated along.
 * Intervals are those of the profile likelihood: the weights of an objective at which the choices,
 * everything else at its best, are not significantly less likely, by a chi-squared test of one
 * degree of freedom.
 *
 * @param weights the likeliest weighting, one weight per objective
 * @param intervals the 95 % interval of each weight
 * @param consistent the weights of a user who never errs and chooses so; empty if there is none
 * @param agreeing the number of choices that prefer what the likeliest weighting prefers
 * @param choices the number of choices whose responses differ in some reward
 * @param differences the number of different reward differences among them, signs apart
 * @param tellsFromCoin whether the choices are significantly likelier than a coin's
 */
public record WeightFit(
    List<Double> weights,
    List<Interval> intervals,
    Optional<List<Interval>> consistent,
    int agreeing,
    int choices,
    int differences,
    boolean tellsFromCoin) {

  private static final double LEVEL = 0.95;

  /** Wider intervals leave a weight open. */
  private static final double WIDE = 0.5;

  /** A range of weights, within [0, 1]. */
  public record Interval(double low, double high) {

    /** Returns the range's width. */
    public double width() {
      return high - low;
    }

    /** Returns both ends with two decimals. */
    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.2f to %.2f", low, high);
    }
  }

  /**
   * Fits weights.
   *
   * @param differences per choice and objective, the reward of what was chosen less that of what
   *     was rejected; each in the unit that the weights are of
   * @throws IllegalArgumentException if all differences are zero, or if there is but one objective
   */
  public static WeightFit of(List<double[]> differences) {
    List<double[]> telling =
        differences.stream().filter(d -> Arrays.stream(d).anyMatch(each -> each != 0)).toList();
    if (telling.isEmpty() || telling.get(0).length < 2) {
      throw new IllegalArgumentException(
          "weights are fitted to choices between responses that differ in rewards, of two"
              + " objectives or more");
    }
    double[][] scaled = scaled(telling);
    int objectives = scaled[0].length;
    ChoiceLikelihood.Maximum best = new ChoiceLikelihood(scaled, corners(objectives)).maximum();
    double[] weights = normalised(best.coefficients());
    double half = new ChiSquaredDistribution(1).inverseCumulativeProbability(LEVEL) / 2;
    List<Interval> intervals = new ArrayList<>();
    for (int i = 0; i < objectives; i++) {
      intervals.add(interval(scaled, i, weights[i], best.value() - half));
    }
    return new WeightFit(
        DoubleStream.of(weights).boxed().toList(),
        intervals,
        consistent(scaled),
        (int) Arrays.stream(scaled).filter(d -> dot(d, weights) > 0).count(),
        scaled.length,
        (int) Arrays.stream(scaled).map(WeightFit::unsigned).distinct().count(),
        best.value() - half > -scaled.length * Math.log(2));
  }

  /**
   * Says in sentences what the choices do not determine, or between what they leave the weights.
   *
   * @param objectives their names, in the order of the weights
   * @param all the number of choices, those included between which no reward tells
   */
  public List<String> caveats(List<String> objectives, int all) {
    List<String> lines = new ArrayList<>();
    if (choices < all) {
      lines.add(
          "The rewards do not tell the two responses apart in "
              + (all - choices)
              + " of "
              + all
              + " choices; these say nothing here.");
    }
    if (differences < 2) {
      lines.add(
          "All choices are between responses with the same reward difference, which cannot place"
              + " the weights: choose between other pairs as well.");
    }
    if (!tellsFromCoin) {
      lines.add(
          "A coin would explain the choices nearly as well: there are too few, or the user minds"
              + " something that no reward measures.");
    }
    List<String> open =
        IntStream.range(0, objectives.size())
            .filter(i -> intervals.get(i).width() > WIDE)
            .mapToObj(objectives::get)
            .toList();
    if (!open.isEmpty()) {
      lines.add(
          "The choices do not determine the weight of "
              + String.join(", ", open)
              + ": choose between more of the pairs that are proposed.");
    }
    consistent.ifPresent(
        ranges ->
            lines.add(
                "No choice contradicts another: all agree with "
                    + IntStream.range(0, objectives.size())
                        .mapToObj(i -> objectives.get(i) + " " + ranges.get(i))
                        .collect(Collectors.joining(", "))
                    + ", and the weights are from within."));
    return lines;
  }

  /** Scales all differences by one number, so that their root mean square is one. */
  private static double[][] scaled(List<double[]> differences) {
    double square =
        differences.stream()
            .flatMapToDouble(Arrays::stream)
            .map(d -> d * d)
            .average()
            .orElseThrow();
    return differences.stream()
        .map(d -> Arrays.stream(d).map(each -> each / Math.sqrt(square)).toArray())
        .toArray(double[][]::new);
  }

  private static double[][] corners(int objectives) {
    return IntStream.range(0, objectives)
        .mapToObj(i -> IntStream.range(0, objectives).mapToDouble(j -> i == j ? 1 : 0).toArray())
        .toArray(double[][]::new);
  }

  private static double[] normalised(List<Double> values) {
    double sum = values.stream().mapToDouble(value -> value).sum();
    return values.stream().mapToDouble(value -> value / sum).toArray();
  }

  /**
   * Returns where the profile likelihood of a weight is above a level. The likelihood is
   * log-concave in beta w, so that these weights are an interval around the likeliest.
   */
  private static Interval interval(double[][] differences, int objective, double at, double level) {
    DoubleUnaryOperator above =
        weight ->
            new ChoiceLikelihood(differences, slice(differences[0].length, objective, weight))
                    .maximum()
                    .value()
                - level;
    return new Interval(
        above.applyAsDouble(0) > 0 ? 0 : crossing(above, 0, at),
        above.applyAsDouble(1) > 0 ? 1 : crossing(above, at, 1));
  }

  private static double crossing(DoubleUnaryOperator function, double low, double high) {
    return new BisectionSolver(1e-4).solve(100, function::applyAsDouble, low, high);
  }

  /** Returns the corners of the weightings in which one objective has a given weight. */
  private static double[][] slice(int objectives, int objective, double weight) {
    return IntStream.range(0, objectives)
        .filter(other -> other != objective)
        .mapToObj(
            other -> {
              double[] corner = new double[objectives];
              corner[objective] = weight;
              corner[other] = 1 - weight;
              return corner;
            })
        .toArray(double[][]::new);
  }

  /** Returns the range of each weight over all weightings that agree with every choice. */
  private static Optional<List<Interval>> consistent(double[][] differences) {
    List<LinearConstraint> constraints = new ArrayList<>();
    for (double[] difference : differences) {
      constraints.add(new LinearConstraint(difference, Relationship.GEQ, 0));
    }
    int objectives = differences[0].length;
    double[] ones = new double[objectives];
    Arrays.fill(ones, 1);
    constraints.add(new LinearConstraint(ones, Relationship.EQ, 1));
    try {
      return Optional.of(
          IntStream.range(0, objectives)
              .mapToObj(
                  i ->
                      new Interval(
                          extreme(constraints, corners(objectives)[i], GoalType.MINIMIZE),
                          extreme(constraints, corners(objectives)[i], GoalType.MAXIMIZE)))
              .toList());
    } catch (NoFeasibleSolutionException contradictory) {
      return Optional.empty();
    }
  }

  private static double extreme(
      List<LinearConstraint> constraints, double[] direction, GoalType goal) {
    return new SimplexSolver()
        .optimize(
            new MaxIter(10_000),
            new LinearObjectiveFunction(direction, 0),
            new LinearConstraintSet(constraints),
            goal,
            new NonNegativeConstraint(true))
        .getValue();
  }

  /** Returns a difference up to its sign and rounding, for comparison. */
  private static List<Long> unsigned(double[] difference) {
    double first = Arrays.stream(difference).filter(each -> each != 0).findFirst().orElseThrow();
    return Arrays.stream(difference)
        .mapToObj(each -> Math.round(each * Math.signum(first) * 1e6))
        .toList();
  }

  private static double dot(double[] one, double[] other) {
    return IntStream.range(0, one.length).mapToDouble(i -> one[i] * other[i]).sum();
  }
}
