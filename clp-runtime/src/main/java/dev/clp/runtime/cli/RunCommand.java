package dev.clp.runtime.cli;

import dev.clp.runtime.experiment.Experiments;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs an experiment from its file to its report. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Runs an experiment: trains its policies, samples their fronts, writes a report.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  clp run samples/quickstart/quickstart.conf",
      "  clp run my.conf training.steps=50 seeds=[1,2,3] --output runs/short"
    })
final class RunCommand implements Runnable {

  private final Experiments experiments;

  @Parameters(index = "0", paramLabel = "FILE", description = "The experiment, a HOCON file.")
  private Path file;

  @Parameters(
      index = "1..*",
      paramLabel = "KEY=VALUE",
      description = "Settings that precede the file's, in HOCON.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "The run's folder, absent or empty. Default: runs/NAME.")
  private Optional<Path> output;

  @Inject
  RunCommand(Experiments experiments) {
    this.experiments = experiments;
  }

  @Override
  public void run() {
    OpenRun run = experiments.begin(file, overrides, output);
    System.out.println("Run folder: " + run.folder().path());
    Finish.complete(run, System.out);
  }
}
