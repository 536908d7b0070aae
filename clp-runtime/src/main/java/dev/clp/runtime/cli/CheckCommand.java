package dev.clp.runtime.cli;

import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.config.ExperimentFile;
import dev.clp.runtime.experiment.ExperimentCheck;
import jakarta.inject.Inject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Validates an experiment. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description =
        "Validates an experiment: its file, the model, the data, and the options of its components."
            + " It takes seconds, starts no engine and samples no response. 'clp run' measures the"
            + " rewards on the reference's responses before it trains, and warns of those that"
            + " conflict, are nearly the same, or are nearly constant.",
    footerHeading = "%nExample:%n",
    footer = "  clp check samples/quickstart/quickstart.conf")
final class CheckCommand implements Runnable {

  private final ExperimentFile files;

  @Mixin private FileArguments arguments;

  @Inject
  CheckCommand(ExperimentFile files) {
    this.files = files;
  }

  @Override
  public void run() {
    Experiment experiment = files.load(arguments.file(), arguments.overrides());
    ExperimentCheck.check(experiment).forEach(notice -> System.err.println("warning: " + notice));
    System.out.println(
        arguments.file() + ": nothing is wrong with the experiment '" + experiment.name() + "'");
  }
}
