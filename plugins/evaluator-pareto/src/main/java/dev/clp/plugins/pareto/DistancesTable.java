package dev.clp.plugins.pareto;

import dev.clp.api.Evaluation.Table;
import java.util.ArrayList;
import java.util.List;

/** How far each policy's front is from the reference front. */
record DistancesTable(Study study, Notes notes, Metrics metrics) {

  Table table() {
    List<List<String>> rows = new ArrayList<>();
    study.measures().forEach((policy, measure) -> rows.add(row(policy, measure)));
    return new Table(
        "Distances from the reference front",
        note(),
        List.of("policy", "seeds", "IGD", "IGD+", "additive epsilon"),
        rows);
  }

  private List<String> row(String policy, Measures measure) {
    metrics.putWhole("pareto.igd." + policy, measure.igd());
    metrics.putWhole("pareto.igd-plus." + policy, measure.igdPlus());
    metrics.putWhole("pareto.additive-epsilon." + policy, measure.additiveEpsilon());
    return List.of(
        policy,
        Text.number((long) measure.seeds()),
        Text.number(measure.igd()),
        Text.number(measure.igdPlus()),
        Text.number(measure.additiveEpsilon()));
  }

  private String note() {
    return notes.interval()
        + " Less is better. The reference front is "
        + (study.options().referenceFront().isEmpty()
            ? "the non-dominated points of all policies and seeds together"
            : "that of the option reference-front")
        + ", along the axes of the hypervolume and in their units, standard deviations of the"
        + " rewards"
        + (study.options().klLimit().isPresent() ? " and nats of KL" : "")
        + ". IGD: the mean distance of its points from the nearest non-dominated point of the"
        + " policy. IGD+: the same, counting only where the policy falls short. Additive epsilon:"
        + " what has to be added to all rewards of the policy to reach the whole reference front.";
  }
}
