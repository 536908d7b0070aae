package dev.clp.plugins.pareto;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Chooses what is worth saying of the measures. */
record Findings(Study study) {

  List<String> all() {
    List<String> findings = new ArrayList<>();
    Sentences sentences = new Sentences(study.interval());
    if (!study.measures().isEmpty()) {
      findings.addAll(levels(sentences));
      if (!study.space().knobs().isEmpty()) {
        findings.addAll(steering(sentences));
      }
    }
    Sentences.severalModels(study.costs()).ifPresent(findings::add);
    if (!study.outcomes().reference().isEmpty()) {
      study
          .outcomes()
          .policies()
          .forEach((policy, seeds) -> findings.add(sentences.ends(policy, ends(seeds.values()))));
    }
    if (!study.outcomes().isKlEstimated()) {
      findings.add("The KL divergence is not estimated: " + Outcomes.UNKNOWN_DISTRIBUTION + ".");
    }
    return findings;
  }

  private List<String> levels(Sentences sentences) {
    List<String> findings = new ArrayList<>();
    if (study.space().volume().size() > 1) {
      Map<String, Estimate> hypervolume = study.byPolicy(m -> Optional.of(m.hypervolume()));
      findings.add(sentences.ranking("hypervolume", hypervolume));
      Sentences.leanest("hypervolume", hypervolume, study.costs()).ifPresent(findings::add);
    }
    Map<String, Estimate> value = study.byPolicy(Measures::value);
    if (!value.isEmpty()) {
      findings.add(sentences.ranking("mean value V", value));
    }
    return findings;
  }

  private List<String> steering(Sentences sentences) {
    List<String> findings = new ArrayList<>();
    for (int i = 0; i < study.objectives().size(); i++) {
      int objective = i;
      findings.add(
          sentences.ranking(
              "span of " + study.objectives().get(i),
              study.byPolicy(m -> Optional.of(m.spans().get(objective)))));
    }
    Map<String, Estimate> steerability = study.byPolicy(Measures::meanSteerability);
    if (!steerability.isEmpty()) {
      findings.add(sentences.ranking("mean steerability", steerability));
    }
    List<String> unsteerable =
        study.measures().keySet().stream().filter(p -> !steerability.containsKey(p)).toList();
    if (!unsteerable.isEmpty()) {
      findings.add(sentences.unsteerable(unsteerable));
    }
    return findings;
  }

  private List<Sentences.End> ends(Collection<List<Outcome>> fronts) {
    return IntStream.range(0, study.objectives().size())
        .mapToObj(
            objective -> {
              int end = Sentences.end(study.outcomes().grid(), objective);
              ToDoubleFunction<Outcome> reward = outcome -> outcome.rewards().get(objective);
              return new Sentences.End(
                  study.objectives().get(objective),
                  study.labels().get(study.outcomes().grid().get(end)),
                  study.estimate(fronts.stream().map(front -> front.get(end)).toList(), reward),
                  study.estimate(study.outcomes().reference().values(), reward));
            })
        .toList();
  }
}
