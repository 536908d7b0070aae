package dev.clp.runtime.experiment;

import ai.djl.engine.Engine;
import dev.clp.runtime.config.ComponentSpec;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.config.ExperimentFile;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.plugin.ComponentOrigin;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Begins runs and opens them again. */
public final class Experiments {

  private final ExperimentFile files;

  /** Creates runs from the experiments that {@code files} loads. */
  @Inject
  public Experiments(ExperimentFile files) {
    this.files = files;
  }

  /**
   * A run and what it was begun with.
   *
   * @param experiment the resolved experiment
   * @param folder the run's folder
   */
  public record OpenRun(Experiment experiment, RunFolder folder) {}

  /**
   * Begins a run: checks the experiment, creates the folder, starts the engine.
   *
   * @param file the experiment file
   * @param overrides {@code key=value}, each preceding the file
   * @param output the run's folder, absent or empty; {@code runs/} and the name by default
   */
  public OpenRun begin(Path file, List<String> overrides, Optional<Path> output) {
    Experiment experiment = files.load(file, overrides);
    return begin(experiment, output.orElse(Path.of("runs", experiment.name())));
  }

  private OpenRun begin(Experiment experiment, Path output) {
    long parameters = ModelFolder.architecture(experiment.model()).parameterCount();
    int threads = ExperimentRun.threads(experiment, parameters);
    Torch.useThreads(threads);
    String digest = ModelFolder.digest(experiment.model());
    RunFolder folder = RunFolder.create(output);
    folder.writeExperiment(experiment.toJson());
    folder.writeManifest(
        new Manifest(
            Manifest.FORMAT,
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            System.getProperty("java.version"),
            "PyTorch " + Engine.getEngine("PyTorch").getVersion(),
            threads,
            digest,
            components(experiment)));
    return new OpenRun(experiment, folder);
  }

  /**
   * Opens a run that was begun, with as many engine threads as it began with.
   *
   * @throws UserException if the folder is none of a run, or its reference model has changed
   */
  public OpenRun open(Path path) {
    RunFolder folder = RunFolder.open(path);
    Experiment experiment = files.load(folder.experiment(), List.of());
    Manifest manifest = folder.manifest();
    if (manifest.format() != Manifest.FORMAT) {
      throw new UserException(
          path + ": was written in layout " + manifest.format() + ", not " + Manifest.FORMAT);
    }
    Torch.useThreads(manifest.threads());
    return new OpenRun(experiment, folder);
  }

  /** Opens a run to continue it: what it was begun with must not have changed. */
  public OpenRun reopen(Path path) {
    OpenRun run = open(path);
    String digest = ModelFolder.digest(run.experiment().model());
    if (!digest.equals(run.folder().manifest().modelSha256())) {
      throw new UserException(
          path
              + ": the reference model "
              + run.experiment().model()
              + " has changed since the run began; begin a new run");
    }
    return run;
  }

  private static List<Manifest.Component> components(Experiment experiment) {
    List<Manifest.Component> components = new ArrayList<>();
    for (ComponentSpec<?> spec : ExperimentCheck.components(experiment)) {
      Class<?> kind = spec.factory().kind();
      for (ComponentOrigin origin : ComponentOrigin.allOf(spec.factory().getClass())) {
        Manifest.Component component =
            new Manifest.Component(
                kind.getSimpleName(),
                spec.name(),
                String.valueOf(origin.location().getFileName()),
                origin.version().orElse("unknown"),
                origin.sha256());
        if (!components.contains(component)) {
          components.add(component);
        }
      }
    }
    return components;
  }
}
