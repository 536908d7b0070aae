package dev.clp.runtime.experiment;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Policy;
import dev.clp.api.PolicyCost;
import dev.clp.api.Weighting;
import dev.clp.runtime.evaluate.Sweep;
import dev.clp.runtime.experiment.TrainedPolicies.TrainedPolicy;
import dev.clp.runtime.unit.Unit;
import java.util.LinkedHashMap;
import java.util.Map;

/** The unit that measures what serving each policy costs, one policy after the other. */
record CostMeasurement(RunResources resources) {

  void measure(Unit.MeasureCosts unit) {
    Map<String, PolicyCost> costs = new LinkedHashMap<>();
    for (String name : resources.experiment().policies().keySet()) {
      try (NDManager scope = resources.manager().newSubManager()) {
        costs.put(name, cost(scope, name, unit.seed()));
      }
    }
    resources.folder().writeCosts(costs);
  }

  private PolicyCost cost(NDManager scope, String name, long seed) {
    TrainedPolicy policy = resources.policies().read(scope, name, seed);
    Sweep sweep = resources.evaluationSweep(resources.faithful(), 1);
    double switching = 0;
    double perToken = 0;
    int models = 0;
    for (int round = 0; round < 2; round++) {
      // The first round warms up; the second counts.
      try (NDManager roundScope = scope.newSubManager()) {
        long start = System.nanoTime();
        Policy conditioned = policy.at(roundScope, resources.balanced());
        switching = (System.nanoTime() - start) / 1e6;
        perToken = sweep.millisecondsPerToken(roundScope, conditioned, seed);
        models = conditioned.terms().size();
      }
    }
    long own = policy.parameters().count();
    long experts =
        policy.frozen().experts().stream().mapToLong(model -> model.parameters().count()).sum();
    RunFolder folder = resources.folder();
    double seconds = folder.trainingSeconds(name, seed);
    for (Weighting weighting :
        policy.conditioner().experts(resources.objectives().names().size())) {
      seconds += folder.trainingSeconds(weighting, seed);
    }
    return new PolicyCost(own + experts, own + experts, seconds, perToken, switching, models);
  }
}
