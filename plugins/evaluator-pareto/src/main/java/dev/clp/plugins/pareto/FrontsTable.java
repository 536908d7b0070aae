package dev.clp.plugins.pareto;

import dev.clp.api.Evaluation.Table;
import dev.clp.api.Sample;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The measures of each policy. */
record FrontsTable(Study study, Notes notes, Metrics metrics) {

  Table table() {
    List<String> objectives = study.objectives();
    for (int i = 0; i < objectives.size(); i++) {
      metrics.put(
          "pareto.reference-point." + objectives.get(i), study.calibration().get(i).floor());
    }
    List<Knob> knobs = study.space().knobs();
    List<String> columns = new ArrayList<>(List.of("policy", "seeds"));
    columns.add("hypervolume above " + referencePoint());
    columns.add("non-dominated ratio");
    objectives.forEach(objective -> columns.add("span of " + objective));
    columns.add("spacing");
    knobs.forEach(knob -> columns.add("steerability by the " + knob.label()));
    knobs.forEach(knob -> columns.add("monotone steps of the " + knob.label()));
    columns.add("mean steerability");
    columns.add("mean KL (nats)");
    columns.add("MIP");
    columns.add("mean V");

    List<List<String>> rows = new ArrayList<>();
    study.measures().forEach((policy, measure) -> rows.add(row(policy, measure)));
    if (!study.outcomes().reference().isEmpty()) {
      rows.add(referenceRow(columns));
    }
    return new Table("Fronts", note(), columns, rows);
  }

  private List<String> row(String policy, Measures measure) {
    metrics.putWhole("pareto.hypervolume." + policy, measure.hypervolume());
    metrics.putWhole("pareto.non-dominated-ratio." + policy, measure.nonDominatedRatio());
    metrics.putWhole("pareto.spacing." + policy, measure.spacing());
    metrics.putWhole("pareto.mean-steerability." + policy, measure.meanSteerability());
    metrics.putWhole("pareto.kl." + policy, measure.klDivergence());
    metrics.putWhole("pareto.mip." + policy, measure.innerProduct());
    metrics.putWhole("pareto.value." + policy, measure.value());

    List<String> row = new ArrayList<>(List.of(policy, Text.number((long) measure.seeds())));
    row.add(Text.number(measure.hypervolume()));
    row.add(Text.number(measure.nonDominatedRatio()));
    for (int i = 0; i < study.objectives().size(); i++) {
      String path = policy + "." + study.objectives().get(i);
      metrics.putPart("pareto.span." + path, measure.spans().get(i));
      row.add(Text.number(measure.spans().get(i)));
    }
    row.add(Text.number(measure.spacing()));
    List<Knob> knobs = study.space().knobs();
    for (int i = 0; i < knobs.size(); i++) {
      String path = policy + "." + knobs.get(i).name();
      metrics.putPart("pareto.steerability." + path, measure.steerability().get(i));
      row.add(Text.number(measure.steerability().get(i)));
    }
    for (int i = 0; i < knobs.size(); i++) {
      String path = policy + "." + knobs.get(i).name();
      metrics.putPart("pareto.monotone-proportion." + path, measure.monotoneProportion().get(i));
      row.add(Text.number(measure.monotoneProportion().get(i)));
    }
    row.add(Text.number(measure.meanSteerability()));
    row.add(Text.number(measure.klDivergence()));
    row.add(Text.number(measure.innerProduct()));
    row.add(Text.number(measure.value()));
    return row;
  }

  /** The reference is one point: of the measures only its hypervolume and its KL mean anything. */
  private List<String> referenceRow(List<String> columns) {
    Collection<Outcome> seeds = study.outcomes().reference().values();
    Estimate hypervolume =
        study.estimate(
            seeds, outcome -> Front.of(List.of(outcome), study.space().volume()).hypervolume());
    Optional<Estimate> klDivergence = study.estimateDefined(seeds, Outcome::klDivergence);
    metrics.putWhole("pareto.hypervolume." + Sample.REFERENCE, hypervolume);
    metrics.putWhole("pareto.kl." + Sample.REFERENCE, klDivergence);

    List<String> row = new ArrayList<>(Collections.nCopies(columns.size(), Text.UNDEFINED));
    row.set(0, Sample.REFERENCE);
    row.set(1, Text.number((long) seeds.size()));
    row.set(2, Text.number(hypervolume));
    row.set(columns.indexOf("mean KL (nats)"), Text.number(klDivergence));
    return row;
  }

  private String referencePoint() {
    return Stream.concat(
            IntStream.range(0, study.objectives().size())
                .mapToObj(
                    i ->
                        study.objectives().get(i)
                            + " "
                            + Text.number(study.calibration().get(i).floor())),
            study.options().klLimit().stream().map(limit -> "KL " + Text.number(limit)))
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private String note() {
    List<String> sentences = new ArrayList<>(List.of(notes.interval()));
    sentences.addAll(notes.distribution());
    sentences.add(
        "Rewards count as (value - floor) / standard deviation of the calibration: spans and"
            + " spacing are in standard deviations, the hypervolume in their product. The"
            + " hypervolume's reference point is the floor, in the rewards' own units "
            + referencePoint()
            + "; a point below it along any objective contributes nothing.");
    boolean klLimit = study.options().klLimit().isPresent();
    if (klLimit) {
      sentences.add(
          "KL counts as the limit less KL, in nats: a point beyond the limit contributes nothing to"
              + " the hypervolume.");
    } else if (study.objectives().size() == 1) {
      sentences.add(
          "With one objective the hypervolume is a length, the best mean reward above the floor,"
              + " whatever its KL.");
    }
    if (study.space().klDivergence().filter(study.space().front()::contains).isPresent()) {
      sentences.add(
          "KL, in nats, counts as one more axis of dominance and spacing (less is better)"
              + (klLimit ? "." : ", but not of the hypervolume."));
    }
    sentences.add(
        "Non-dominated ratio: of a policy's own weightings, those that none of its others"
            + " dominates; equal points do not dominate each other. Spacing: Schott's, over the"
            + " non-dominated points; 0 is even.");
    sentences.add(
        "Steerability: Spearman's rank correlation between an objective's weight and its mean"
            + " reward, averaged over weightings of equal weight (for the KL coefficient: between it and"
            + " less KL). Monotone steps: the proportion of steps along the weight that raise that"
            + " mean.");
    sentences.add(
        "MIP: the mean inner product w.E[R] over the weightings, with the rewards in their own"
            + " units.");
    sentences.add(notes.value());
    sentences.add(
        Text.UNDEFINED
            + " is undefined, such as the rank correlation of rewards that differ by rounding"
            + " alone.");
    return String.join(" ", sentences);
  }
}
