package dev.clp.plugins.samplers.adaptive;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.moeaframework.core.Solution;
import org.moeaframework.core.indicator.WFGHypervolume;
import org.moeaframework.core.population.NondominatedPopulation;
import org.moeaframework.problem.ProblemStub;

/**
 * The priority of {@code hypervolume}: what an arm's point would add to the hypervolume of the
 * points seen at the same slice of KL coefficients, if it moved along its weights until its
 * weighted sum were {@code reach} beyond the largest seen there.
 *
 * <p>No point seen is better than the moved one along all objectives, since its weighted sum would
 * be too: so something is added wherever the moved point exceeds the reference point.
 *
 * @param reach how far beyond the best, in units of the rewards
 * @param reference the reference point of the hypervolume, one number per objective
 */
record HypervolumeGain(double reach, List<Double> reference) implements Priority {

  @Override
  public double[] of(List<Arm> arms) {
    return arms.stream()
        .mapToDouble(
            arm ->
                gain(
                    arm,
                    arms.stream()
                        .filter(other -> other.slice() == arm.slice())
                        .map(other -> other.seen().orElseThrow().rewards())
                        .toList()))
        .toArray();
  }

  private double gain(Arm arm, List<List<Double>> seen) {
    List<Double> own = arm.seen().orElseThrow().rewards();
    double best = seen.stream().mapToDouble(arm::weighted).max().orElseThrow();
    double squares = arm.weights().stream().mapToDouble(weight -> weight * weight).sum();
    double distance = (best + reach - arm.weighted(own)) / squares;
    double[] moved = new double[own.size()];
    double box = 1;
    for (int i = 0; i < moved.length; i++) {
      moved[i] = own.get(i) + distance * arm.weights().get(i);
      box *= Math.max(0, moved[i] - reference.get(i));
    }
    // What it adds is its own box less what the others cover of it. Rounding may leave a gain of
    // nothing a little below it.
    return box == 0
        ? 0
        : Math.max(0, box - hypervolume(seen.stream().map(point -> within(point, moved))));
  }

  private static List<Double> within(List<Double> point, double[] box) {
    return IntStream.range(0, box.length).mapToObj(i -> Math.min(point.get(i), box[i])).toList();
  }

  /** Returns the exact volume between the reference point and the points that exceed it. */
  private double hypervolume(Stream<List<Double>> points) {
    NondominatedPopulation population = new NondominatedPopulation();
    points.forEach(
        point -> {
          Solution solution = new Solution(0, point.size());
          for (int i = 0; i < point.size(); i++) {
            // The library minimises.
            solution.setObjectiveValue(i, reference.get(i) - point.get(i));
          }
          population.add(solution);
        });
    int axes = reference.size();
    return new WFGHypervolume(new ProblemStub(axes), new double[axes]).evaluate(population);
  }
}
