package dev.clp.runtime.cli;

import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.config.ExperimentFile;
import dev.clp.runtime.experiment.ExperimentCheck;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Validates an experiment. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description =
        "Validates an experiment: its file, its model, its data, and that its components accept"
            + " their options.",
    footerHeading = "%nExample:%n",
    footer = "  clp check samples/quickstart/quickstart.conf")
final class CheckCommand implements Runnable {

  private final ExperimentFile files;

  @Parameters(index = "0", paramLabel = "FILE", description = "The experiment, a HOCON file.")
  private Path file;

  @Parameters(
      index = "1..*",
      paramLabel = "KEY=VALUE",
      description = "Settings that precede the file's, in HOCON.")
  private List<String> overrides = new ArrayList<>();

  @Inject
  CheckCommand(ExperimentFile files) {
    this.files = files;
  }

  @Override
  public void run() {
    Experiment experiment = files.load(file, overrides);
    ExperimentCheck.check(experiment);
    System.out.println(file + ": nothing is wrong with the experiment '" + experiment.name() + "'");
  }
}
