package dev.clp.plugins.pareto;

import java.util.List;
import java.util.OptionalDouble;
import org.moeaframework.core.Solution;
import org.moeaframework.core.indicator.Spacing;
import org.moeaframework.core.indicator.WFGHypervolume;
import org.moeaframework.core.population.NondominatedPopulation;
import org.moeaframework.problem.ProblemStub;

/**
 * Measures of a set of points, where more is better along every axis.
 *
 * @param points at least one; all of the same, positive number of coordinates, all finite
 */
record Front(List<List<Double>> points) {

  Front {
    points = List.copyOf(points);
  }

  /**
   * Returns the volume between the origin and the points: of everything that is at least 0 along
   * all axes and that some point is at least as good as along all axes. A point below 0 along any
   * axis contributes nothing. Exact, by While et al., <em>A Fast Way of Calculating Exact
   * Hypervolumes</em>, IEEE Transactions on Evolutionary Computation 16(1), 2012.
   */
  double hypervolume() {
    int axes = points.get(0).size();
    return new WFGHypervolume(new ProblemStub(axes), new double[axes]).evaluate(nonDominated());
  }

  /**
   * Returns the share of points, in (0, 1], that no other point dominates. One point dominates
   * another if it is at least as good along all axes and better along one; equal points do not
   * dominate each other.
   */
  double nonDominatedShare() {
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
        : OptionalDouble.of(new Spacing(new ProblemStub(points.get(0).size())).evaluate(front));
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
