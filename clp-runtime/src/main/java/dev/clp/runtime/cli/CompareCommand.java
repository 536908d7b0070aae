package dev.clp.runtime.cli;

import dev.clp.runtime.experiment.Comparison;
import dev.clp.runtime.experiment.Experiments;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts several runs into one report. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = "Judges several finished runs together and writes one report of all policies.",
    footerHeading = "%nExample:%n",
    footer = "  clp compare runs/a runs/b --output runs/a-and-b")
final class CompareCommand implements Runnable {

  private final Experiments experiments;

  @Parameters(arity = "2..*", paramLabel = "RUN", description = "The runs' folders.")
  private List<Path> folders;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "DIR",
      description = "The folder for the report.")
  private Path output;

  @Inject
  CompareCommand(Experiments experiments) {
    this.experiments = experiments;
  }

  @Override
  public void run() {
    Finish.print(
        Comparison.compare(folders.stream().map(experiments::open).toList(), output), System.out);
    System.out.println("Report: " + output.resolve("report.html"));
  }
}
