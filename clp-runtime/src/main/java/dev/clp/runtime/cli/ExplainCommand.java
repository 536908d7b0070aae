package dev.clp.runtime.cli;

import com.typesafe.config.ConfigRenderOptions;
import dev.clp.api.Weighting;
import dev.clp.runtime.config.ComponentKind;
import dev.clp.runtime.config.ComponentSpec;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.config.ExperimentFile;
import dev.clp.runtime.config.TrainingOptions;
import dev.clp.runtime.evaluate.WeightingGrid;
import dev.clp.runtime.experiment.ExperimentCheck;
import dev.clp.runtime.plugin.ComponentOrigin;
import dev.clp.runtime.plugin.OpenComponents;
import jakarta.inject.Inject;
import java.io.PrintStream;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints what an experiment resolves to. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description =
        "Prints an experiment with every default written out, the JAR that each component is from,"
            + " and the work that it stands for.",
    footerHeading = "%nExample:%n",
    footer = "  clp explain samples/quickstart/quickstart.conf")
final class ExplainCommand implements Runnable {

  private final ExperimentFile files;

  @Mixin private FileArguments arguments;

  @Inject
  ExplainCommand(ExperimentFile files) {
    this.files = files;
  }

  @Override
  public void run() {
    Experiment experiment = files.load(arguments.file(), arguments.overrides());
    PrintStream out = System.out;
    out.println(
        experiment
            .resolved()
            .root()
            .render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false)));
    out.println("# Components");
    for (ComponentSpec<?> spec : ExperimentCheck.components(experiment)) {
      ComponentOrigin origin = ComponentOrigin.of(spec.factory().getClass());
      out.printf(
          Locale.ROOT,
          "#   %s %s%s from %s%n",
          ComponentKind.of(spec.factory().kind()).orElseThrow().label(),
          spec.name(),
          origin.version().map(version -> " " + version).orElse(""),
          origin.location());
    }
    out.println("# Work, for each of " + experiment.seeds().size() + " seeds");
    int objectives = experiment.objectives().size();
    for (Weighting weighting : experts(experiment)) {
      out.println("#   expert " + weighting + ": " + work(experiment.experts()));
    }
    experiment
        .policies()
        .forEach(
            (name, policy) -> out.println("#   policy " + name + ": " + work(policy.training())));
    int points =
        WeightingGrid.of(
                objectives,
                experiment.evaluation().divisions(),
                experiment.evaluation().klCoefficients())
            .size();
    int responses = experiment.data().evaluation() * experiment.evaluation().samplesPerExample();
    out.printf(
        Locale.ROOT,
        "#   evaluation: %d weightings of %d responses each per policy%n",
        points,
        responses);
  }

  private static Set<Weighting> experts(Experiment experiment) {
    Set<Weighting> experts = new LinkedHashSet<>();
    try (OpenComponents components = new OpenComponents()) {
      for (Experiment.PolicySpec policy : experiment.policies().values()) {
        experts.addAll(
            components
                .open(policy.conditioner(), experiment.context())
                .experts(experiment.objectives().size()));
      }
    }
    return experts;
  }

  private static String work(TrainingOptions training) {
    return training.steps()
        + " steps of "
        + training.learner().promptsPerStep() * training.learner().samplesPerPrompt()
        + " responses each, if it has parameters to train";
  }
}
