package dev.clp.runtime.export;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Evaluation.Table;
import dev.clp.api.Policy;
import dev.clp.api.Sample;
import dev.clp.api.Weighting;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import dev.clp.runtime.experiment.Measured;
import dev.clp.runtime.experiment.TrainedPolicies;
import dev.clp.runtime.experiment.TrainedPolicies.TrainedPolicy;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.report.MarkdownTable;
import dev.clp.runtime.report.ReportData.Fact;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A policy or an expert of a run, to be exported.
 *
 * @param manager owns the arrays of what was read
 * @param run the run
 * @param reference the run's reference model
 * @param name the name of the policy in the experiment, or of the folder of the expert in the run
 * @param seed the seed that it was trained with
 * @param expertise the weighting that an expert was trained for; absent for a policy
 * @param trained what the policy, or the expert, is made of
 * @param experts the names of the experts that the policy is made of
 */
public record RunExport(
    NDManager manager,
    OpenRun run,
    ModelFolder reference,
    String name,
    long seed,
    Optional<Weighting> expertise,
    TrainedPolicy trained,
    Set<String> experts) {

  /**
   * Reads a policy or an expert.
   *
   * @param manager owns the arrays
   * @throws UserException if there is neither of this name, or it is not trained to its end
   */
  public static RunExport read(
      NDManager manager, OpenRun run, ModelFolder reference, String name, long seed) {
    Experiment experiment = run.experiment();
    TrainedPolicies policies =
        new TrainedPolicies(run.folder(), experiment, experiment.context(), reference);
    Optional<Weighting> expertise = Optional.ofNullable(policies.experts().get(name));
    if (expertise.isEmpty() && name.startsWith("experts/")) {
      throw new UserException(
          run.folder().path()
              + ": there is no expert '"
              + name
              + "'; the experts are "
              + policies.experts().keySet());
    }
    TrainedPolicy trained =
        expertise.isPresent()
            ? policies.readExpert(manager, expertise.get(), seed)
            : policies.read(manager, name, seed);
    return new RunExport(
        manager,
        run,
        reference,
        name,
        seed,
        expertise,
        trained,
        new LinkedHashSet<>(policies.experts(trained.conditioner()).keySet()));
  }

  /** Returns the names of the objectives in order. */
  List<String> objectives() {
    return run.experiment().context().objectives();
  }

  /**
   * Returns the one model that the policy is at a weighting.
   *
   * @param manager owns the arrays that are made for it
   * @throws UserException saying what can be exported instead if it is not one plain model
   */
  public CausalModel model(NDManager manager, Weighting weighting) {
    Policy policy = trained.at(manager, weighting);
    return PlainModel.of(
        policy, run.folder().path() + ": '" + name + "' at " + describe(weighting), experts);
  }

  /** Returns what is exported at a weighting, in words. */
  public String title(Weighting weighting) {
    return name + ", seed " + seed + ", at " + describe(weighting);
  }

  /**
   * Returns a weighting in words, such as {@code accuracy 0.62, brevity 0.38; KL coefficient 0.03}.
   */
  public String describe(Weighting weighting) {
    return IntStream.range(0, objectives().size())
            .mapToObj(i -> objectives().get(i) + " " + number(weighting.weight(i)))
            .collect(Collectors.joining(", "))
        + "; KL coefficient "
        + number(weighting.klCoefficient());
  }

  /**
   * Returns the card of an export.
   *
   * @param library the library that reads the folder
   * @param weighting the weighting that is exported
   * @param form what the export is, in facts
   */
  public ModelCard card(String library, Weighting weighting, List<Fact> form) {
    Experiment experiment = run.experiment();
    String base = experiment.model().getFileName().toString();
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("run", experiment.name()));
    facts.add(new Fact("begun", run.folder().manifest().created()));
    facts.add(new Fact(expertise.isPresent() ? "expert" : "policy", mechanism()));
    facts.add(new Fact(expertise.isPresent() ? "trained for" : "weighting", describe(weighting)));
    facts.add(new Fact("seed", Long.toString(seed)));
    facts.add(new Fact("base model", base));
    facts.add(new Fact("base model's SHA-256", run.folder().manifest().modelSha256()));
    facts.addAll(form);
    return new ModelCard(
        title(weighting), library, base, facts, List.of(rewards(), measured(weighting)));
  }

  private String mechanism() {
    Experiment.PolicySpec spec = run.experiment().policies().get(name);
    return spec == null || spec.conditioner().name().equals(name)
        ? name
        : name + ", by the conditioner " + spec.conditioner().name();
  }

  private String rewards() {
    return MarkdownTable.render(
        new Table(
            "## Rewards",
            "",
            List.of("objective", "reward", "options"),
            run.experiment().objectives().entrySet().stream()
                .map(
                    entry ->
                        List.of(
                            entry.getKey(),
                            entry.getValue().name(),
                            entry.getValue().options().toString()))
                .toList()));
  }

  private String measured(Weighting weighting) {
    Optional<Measured> found =
        expertise.isPresent() ? Optional.empty() : Measured.nearest(run, name, seed, weighting);
    if (found.isEmpty()) {
      return "## Measured\n\nThe run's evaluation did not measure this model by itself.\n";
    }
    Measured measured = found.get();
    Optional<Measured> ofReference = Measured.nearest(run, Sample.REFERENCE, seed, weighting);
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < objectives().size(); i++) {
      int objective = i;
      rows.add(
          List.of(
              "mean " + objectives().get(i),
              number(measured.rewards().get(i)),
              ofReference.map(each -> number(each.rewards().get(objective))).orElse("–")));
    }
    rows.add(
        List.of(
            "KL divergence from the base model, nats per response",
            measured.klDivergence().isPresent()
                ? number(measured.klDivergence().getAsDouble())
                : "–",
            "0"));
    String where =
        measured.weighting().equals(weighting)
            ? "At this weighting"
            : "Not at this weighting, but at the nearest that was measured ("
                + describe(measured.weighting())
                + ")";
    return MarkdownTable.render(
        new Table(
            "## Measured",
            where
                + ", over "
                + measured.responses()
                + " responses to the run's evaluation examples, seed "
                + seed
                + ".",
            List.of("measure", "this model", "base model"),
            rows));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value)
        .replaceAll("(\\.\\d*?)0+$", "$1")
        .replaceAll("\\.$", "");
  }
}
