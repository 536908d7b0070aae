package dev.clp.runtime.cli;

import dev.clp.runtime.experiment.Experiments;
import jakarta.inject.Inject;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Judges a run again. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description =
        "Judges a finished run again from its sample table, without sampling or training, and"
            + " writes its report anew.",
    footerHeading = "%nExample:%n",
    footer = "  clp evaluate runs/quickstart")
final class EvaluateCommand implements Runnable {

  private final Experiments experiments;

  @Parameters(paramLabel = "RUN", description = "The run's folder.")
  private Path folder;

  @Mixin private Acceptance acceptance;

  @Inject
  EvaluateCommand(Experiments experiments) {
    this.experiments = experiments;
  }

  @Override
  public void run() {
    Finish.judge(acceptance.open(experiments, folder), System.out);
  }
}
