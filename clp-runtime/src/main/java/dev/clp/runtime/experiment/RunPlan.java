package dev.clp.runtime.experiment;

import dev.clp.api.ComponentContext;
import dev.clp.api.Sample;
import dev.clp.api.Weighting;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.evaluate.WeightingGrid;
import dev.clp.runtime.unit.Plan;
import dev.clp.runtime.unit.Unit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The plan of an experiment: which units it takes, and which of them wait for which. */
final class RunPlan {

  private final Experiment experiment;
  private final ComponentContext context;
  private final int threads;
  private final Map<Unit, Set<Unit>> needs = new LinkedHashMap<>();

  private RunPlan(Experiment experiment, ComponentContext context, int threads) {
    this.experiment = experiment;
    this.context = context;
    this.threads = threads;
  }

  /**
   * Plans an experiment: calibration first; per seed the experts, the policies once their experts
   * are there, the samples of each policy once it is trained; at last, alone, what the policies
   * cost, and the report.
   *
   * @param context what the conditioners that name the experts are created with
   * @param threads the engine's threads of every unit
   */
  static Plan of(Experiment experiment, ComponentContext context, int threads) {
    return new RunPlan(experiment, context, threads).plan();
  }

  private Plan plan() {
    int objectives = experiment.objectives().size();
    long first = experiment.seeds().get(0);
    Unit calibrate = new Unit.Calibrate(first, threads);
    add(calibrate, Set.of());
    Map<String, List<Weighting>> experts = new LinkedHashMap<>();
    experiment
        .policies()
        .forEach(
            (name, spec) ->
                experts.put(name, spec.conditioner().create(context).experts(objectives)));
    List<Weighting> grid =
        WeightingGrid.of(
            objectives,
            experiment.evaluation().divisions(),
            experiment.evaluation().klCoefficients());
    List<Weighting> balanced =
        List.of(Weighting.balanced(objectives, experiment.evaluation().klCoefficients().get(0)));
    List<Unit> samples = new ArrayList<>();
    for (long seed : experiment.seeds()) {
      Set<Weighting> distinct = new LinkedHashSet<>();
      experts.values().forEach(distinct::addAll);
      distinct.forEach(
          weighting -> add(new Unit.TrainExpert(weighting, seed, threads), Set.of(calibrate)));
    }
    for (long seed : experiment.seeds()) {
      experts.forEach(
          (name, weightings) -> {
            Set<Unit> needed = new LinkedHashSet<>(Set.of(calibrate));
            weightings.forEach(
                weighting -> needed.add(new Unit.TrainExpert(weighting, seed, threads)));
            add(new Unit.TrainPolicy(name, seed, threads), needed);
          });
    }
    for (long seed : experiment.seeds()) {
      samples.add(
          add(new Unit.SamplePolicy(Sample.REFERENCE, seed, balanced, threads), Set.of(calibrate)));
      for (String name : experiment.policies().keySet()) {
        samples.add(
            add(
                new Unit.SamplePolicy(name, seed, grid, threads),
                Set.of(new Unit.TrainPolicy(name, seed, threads))));
      }
    }
    // Seconds are measured while nothing else runs: after all samples.
    Unit costs = add(new Unit.MeasureCosts(first, threads), new LinkedHashSet<>(samples));
    add(new Unit.Evaluate(first, threads), Set.of(costs));
    return new Plan(needs);
  }

  private Unit add(Unit unit, Set<Unit> needed) {
    needs.put(unit, needed);
    return unit;
  }
}
