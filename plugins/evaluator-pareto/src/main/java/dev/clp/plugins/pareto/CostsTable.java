package dev.clp.plugins.pareto;

import dev.clp.api.Evaluation.Table;
import dev.clp.api.PolicyCost;
import dev.clp.api.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What each policy costs to train, store and serve. */
record CostsTable(Study study, Metrics metrics) {

  Table table() {
    List<List<String>> rows = new ArrayList<>();
    for (String policy : study.measures().keySet()) {
      rows.add(row(policy, Optional.ofNullable(study.costs().get(policy))));
    }
    if (study.costs().containsKey(Sample.REFERENCE)) {
      rows.add(row(Sample.REFERENCE, Optional.of(study.costs().get(Sample.REFERENCE))));
    }
    return new Table(
        "Costs",
        "Training seconds are of one seed, experts included; milliseconds are wall-clock time."
            + " Stored parameters leave out the reference, which some mechanisms need beside them.",
        List.of(
            "policy",
            "parameters trained",
            "parameters stored",
            "training (s)",
            "per token (ms)",
            "per change of weighting (ms)",
            "models per token"),
        rows);
  }

  private List<String> row(String policy, Optional<PolicyCost> cost) {
    cost.ifPresent(
        c -> {
          String path = "pareto.cost." + policy + ".";
          metrics.put(path + "trained-parameters", (double) c.trainedParameters());
          metrics.put(path + "stored-parameters", (double) c.storedParameters());
          metrics.put(path + "training-seconds", c.trainingSeconds());
          metrics.put(path + "milliseconds-per-token", c.millisecondsPerToken());
          metrics.put(path + "milliseconds-per-switch", c.millisecondsPerSwitch());
          metrics.put(path + "models-per-token", c.modelsPerToken());
        });
    Function<Function<PolicyCost, String>, String> cell =
        text -> cost.map(text).orElse(Text.UNDEFINED);
    return List.of(
        policy,
        cell.apply(c -> Text.number(c.trainedParameters())),
        cell.apply(c -> Text.number(c.storedParameters())),
        cell.apply(c -> Text.number(c.trainingSeconds())),
        cell.apply(c -> Text.number(c.millisecondsPerToken())),
        cell.apply(c -> Text.number(c.millisecondsPerSwitch())),
        cell.apply(c -> Text.number((long) c.modelsPerToken())));
  }
}
