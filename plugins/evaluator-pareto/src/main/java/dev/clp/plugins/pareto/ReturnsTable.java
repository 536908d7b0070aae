package dev.clp.plugins.pareto;

import dev.clp.api.Evaluation.Table;
import dev.clp.api.Sample;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The mean rewards, KL, lengths and V of each policy at each weighting. */
record ReturnsTable(Study study, Notes notes, Metrics metrics) {

  Table table() {
    List<String> columns = new ArrayList<>(List.of("policy", "weighting"));
    columns.addAll(study.objectives());
    columns.addAll(List.of("KL (nats)", "tokens", "V"));

    List<List<String>> rows = new ArrayList<>();
    List<Weighting> grid = study.outcomes().grid();
    study
        .outcomes()
        .policies()
        .forEach(
            (policy, seeds) -> {
              for (int i = 0; i < grid.size(); i++) {
                int point = i;
                String label = study.labels().get(grid.get(i));
                List<Outcome> ofSeeds =
                    seeds.values().stream().map(front -> front.get(point)).toList();
                Optional<Estimate> value =
                    study.estimateDefined(
                        ofSeeds, outcome -> Measures.valueOf(outcome, study.calibration()));
                metrics.putPart("pareto.value." + policy + "." + label, value);
                rows.add(row(policy, label, ofSeeds, Text.number(value)));
              }
            });
    if (!study.outcomes().reference().isEmpty()) {
      rows.add(
          row(
              Sample.REFERENCE,
              Text.UNDEFINED,
              study.outcomes().reference().values(),
              Text.UNDEFINED));
    }
    return new Table(
        "Returns by weighting",
        notes.interval()
            + " Rewards are in their own units; a weighting is its weights, in the order of the"
            + " objectives, then @ and its KL coefficient. "
            + String.join(" ", notes.distribution())
            + (notes.distribution().isEmpty() ? "" : " ")
            + notes.value(),
        columns,
        rows);
  }

  private List<String> row(String policy, String label, Collection<Outcome> seeds, String value) {
    String path = policy + (label.equals(Text.UNDEFINED) ? "" : "." + label);
    List<String> row = new ArrayList<>(List.of(policy, label));
    for (int i = 0; i < study.objectives().size(); i++) {
      int objective = i;
      Estimate reward = study.estimate(seeds, outcome -> outcome.rewards().get(objective));
      metrics.putPart("pareto.return." + path + "." + study.objectives().get(i), reward);
      row.add(Text.number(reward));
    }
    Optional<Estimate> klDivergence = study.estimateDefined(seeds, Outcome::klDivergence);
    Estimate tokens = study.estimate(seeds, Outcome::tokens);
    if (!label.equals(Text.UNDEFINED)) {
      metrics.putPart("pareto.kl." + path, klDivergence);
    }
    metrics.putPart("pareto.tokens." + path, tokens);
    row.add(Text.number(klDivergence));
    row.add(Text.number(tokens));
    row.add(value);
    return row;
  }
}
