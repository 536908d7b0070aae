package dev.clp.runtime.cli;

import dev.clp.runtime.experiment.Experiments;
import jakarta.inject.Inject;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Continues a run. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description =
        "Continues a run that was interrupted; it ends with the very same parameters as if it had"
            + " not been.",
    footerHeading = "%nExample:%n",
    footer = "  clp resume runs/quickstart")
final class ResumeCommand implements Runnable {

  private final Experiments experiments;

  @Parameters(paramLabel = "RUN", description = "The run's folder.")
  private Path folder;

  @Mixin private Acceptance acceptance;

  @Inject
  ResumeCommand(Experiments experiments) {
    this.experiments = experiments;
  }

  @Override
  public void run() {
    Finish.complete(acceptance.open(experiments, folder), System.out);
  }
}
