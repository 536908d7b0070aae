package dev.clp.plugins.pareto;

import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.moeaframework.core.Solution;
import org.moeaframework.core.indicator.InvertedGenerationalDistance;
import org.moeaframework.core.indicator.InvertedGenerationalDistancePlus;
import org.moeaframework.core.indicator.Normalizer;
import org.moeaframework.core.indicator.Spacing;
import org.moeaframework.core.indicator.WFGHypervolume;
import org.moeaframework.core.population.NondominatedPopulation;
import org.moeaframework.problem.Problem;
import org.moeaframework.problem.ProblemStub;

/**
 * Measures of a set of points, where more is better along every axis.
 *
 * @param points at least one; all of the same, positive number of coordinates, all finite
 */
record Front(List<List<Double>> points) {

  /** The exponent that the distances of the IGD are averaged with: 1 for their mean. */
  private static final double POWER = 1;

  Front {
    points = List.copyOf(points);
  }

  /** Returns the merits of outcomes along axes. */
  static Front of(Collection<Outcome> outcomes, List<Axis> axes) {
    return new Front(
        outcomes.stream()
            .map(o -> axes.stream().map(axis -> axis.merit().applyAsDouble(o)).toList())
            .toList());
  }

  /** Returns the merits of outcomes along axes, those that differ by rounding alone made equal. */
  static Front resolved(List<Outcome> outcomes, List<Axis> axes) {
    List<double[]> columns =
        axes.stream()
            .map(
                axis ->
                    Ties.resolve(
                        outcomes.stream().mapToDouble(axis.merit()).toArray(),
                        outcomes.stream().mapToDouble(axis.magnitude()).toArray()))
            .toList();
    return new Front(
        IntStream.range(0, outcomes.size())
            .mapToObj(i -> columns.stream().map(column -> column[i]).toList())
            .toList());
  }

  /**
   * Returns the volume between the origin and the points: of everything that is at least 0 along
   * all axes and that some point is at least as good as along all axes. A point below 0 along any
   * axis contributes nothing. Exact, by While et al., <em>A Fast Way of Calculating Exact
   * Hypervolumes</em>, IEEE Transactions on Evolutionary Computation 16(1), 2012.
   */
  double hypervolume() {
    return new WFGHypervolume(problem(), new double[axes()]).evaluate(nonDominated());
  }

  /**
   * Returns the proportion of points, in (0, 1], that no other point dominates. One point dominates
   * another if it is at least as good along all axes and better along one; equal points do not
   * dominate each other.
   */
  double nonDominatedRatio() {
    long count =
        points.stream()
            .filter(point -> points.stream().noneMatch(other -> dominates(other, point)))
            .count();
    return (double) count / points.size();
  }

  /**
   * Returns the standard deviation of the Manhattan distances from each non-dominated point to its
   * nearest neighbour (Schott, <em>Fault Tolerant Design Using Single and Multicriteria Genetic
   * Algorithm Optimization</em>, 1995): 0 for an even front. Undefined below three distinct points,
   * for two are always even.
   */
  OptionalDouble spacing() {
    NondominatedPopulation front = nonDominated();
    return front.size() < 3
        ? OptionalDouble.empty()
        : OptionalDouble.of(new Spacing(problem()).evaluate(front));
  }

  /**
   * Returns the inverted generational distance (IGD): the mean, over the non-dominated points z of
   * a reference front, of {@code min_a ||z - a||}, a the non-dominated points of this one; at least
   * 0 (Coello Coello and Reyes Sierra, <em>A Study of the Parallelization of a Coevolutionary
   * Multi-objective Evolutionary Algorithm</em>, MICAI 2004).
   */
  double igd(Front reference) {
    return new InvertedGenerationalDistance(
            problem(), reference.nonDominated(), Normalizer.none(), POWER)
        .evaluate(nonDominated());
  }

  /**
   * Returns IGD+: as {@link #igd}, but counting of {@code z - a} only the coordinates in which a
   * falls short of z, so that a point that dominates z is at distance 0 (Ishibuchi et al.,
   * <em>Modified Distance Calculation in Generational Distance and Inverted Generational
   * Distance</em>, EMO 2015).
   */
  double igdPlus(Front reference) {
    return new InvertedGenerationalDistancePlus(
            problem(), reference.nonDominated(), Normalizer.none())
        .evaluate(nonDominated());
  }

  /**
   * Returns the additive epsilon {@code max_z min_a max_i (z_i - a_i)}: the least that has to be
   * added to all coordinates of this front for it to be at least as good as the reference front
   * everywhere; below 0 where it is better everywhere already (Zitzler et al., <em>Performance
   * Assessment of Multiobjective Optimizers</em>, IEEE Transactions on Evolutionary Computation
   * 7(2), 2003).
   */
  double additiveEpsilon(Front reference) {
    // The library's indicator is never below 0.
    return reference.points.stream()
        .mapToDouble(
            target ->
                points.stream().mapToDouble(point -> shortfall(point, target)).min().orElseThrow())
        .max()
        .orElseThrow();
  }

  /** Returns how far a point is below another along the axis where it is farthest. */
  private static double shortfall(List<Double> point, List<Double> target) {
    return IntStream.range(0, point.size())
        .mapToDouble(i -> target.get(i) - point.get(i))
        .max()
        .orElseThrow();
  }

  private int axes() {
    return points.get(0).size();
  }

  private Problem problem() {
    return new ProblemStub(axes());
  }

  private static boolean dominates(List<Double> a, List<Double> b) {
    boolean better = false;
    for (int i = 0; i < a.size(); i++) {
      if (a.get(i) < b.get(i)) {
        return false;
      }
      better |= a.get(i) > b.get(i);
    }
    return better;
  }

  private NondominatedPopulation nonDominated() {
    NondominatedPopulation population = new NondominatedPopulation();
    for (List<Double> point : points) {
      Solution solution = new Solution(0, point.size());
      // The library minimises.
      solution.setObjectiveValues(point.stream().mapToDouble(value -> -value).toArray());
      population.add(solution);
    }
    return population;
  }
}
