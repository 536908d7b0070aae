package dev.clp.runtime.cli;

import com.typesafe.config.ConfigUtil;
import dev.clp.runtime.experiment.Experiments;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

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

  @ParentCommand private Clp clp;

  @Mixin private FileArguments arguments;

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
    List<String> overrides = new ArrayList<>(arguments.overrides());
    // Written into the run, so that whoever resumes or judges it finds the same plugins.
    for (Path folder : clp.plugins()) {
      overrides.add(
          "plugins.dirs += "
              + ConfigUtil.quoteString(folder.toAbsolutePath().normalize().toString()));
    }
    OpenRun run = experiments.begin(arguments.file(), overrides, output);
    System.out.println("Run folder: " + run.folder().path());
    Finish.complete(run, System.out);
  }
}
