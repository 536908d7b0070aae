package dev.clp.runtime.cli;

import dev.clp.runtime.experiment.Experiments;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Whether a run may go on though something that it was begun with has changed. */
final class Acceptance {

  @Option(
      names = "--accept-changes",
      description =
          "Go on though data, model, components or the experiment have changed since the run"
              + " began; what has changed is printed.")
  private boolean accept;

  /** Opens a run; without the option, only if nothing has changed. */
  OpenRun open(Experiments experiments, Path folder) {
    if (!accept) {
      return experiments.reopen(folder);
    }
    OpenRun run = experiments.open(folder);
    Experiments.changes(run).forEach(change -> System.err.println("warning: " + change));
    return run;
  }
}
