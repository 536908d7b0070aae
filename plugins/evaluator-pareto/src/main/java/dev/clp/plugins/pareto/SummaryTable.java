package dev.clp.plugins.pareto;

import dev.clp.api.Evaluation.Table;
import dev.clp.api.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The few measures that a reader looks at first, narrow enough for a terminal. */
record SummaryTable(Study study, Notes notes) {

  Table table() {
    List<List<String>> rows = new ArrayList<>();
    study
        .measures()
        .forEach(
            (policy, measure) ->
                rows.add(
                    List.of(
                        policy,
                        Text.number(measure.hypervolume()),
                        Text.number(measure.meanSteerability()),
                        Text.number(measure.klDivergence()),
                        cost(policy))));
    if (!study.outcomes().reference().isEmpty()) {
      Estimate hypervolume =
          study.estimate(
              study.outcomes().reference().values(),
              outcome -> Front.of(List.of(outcome), study.space().volume()).hypervolume());
      rows.add(
          List.of(
              Sample.REFERENCE,
              Text.number(hypervolume),
              Text.UNDEFINED,
              Text.UNDEFINED,
              cost(Sample.REFERENCE)));
    }
    return new Table(
        "Summary",
        notes.interval() + " The tables below say how each is measured.",
        List.of("policy", "hypervolume", "steerability", "mean KL (nats)", "per token (ms)"),
        rows);
  }

  private String cost(String policy) {
    return Optional.ofNullable(study.costs().get(policy))
        .map(cost -> Text.number(cost.millisecondsPerToken()))
        .orElse(Text.UNDEFINED);
  }
}
