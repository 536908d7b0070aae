package dev.clp.runtime.experiment;

import ai.djl.engine.Engine;
import dev.clp.api.Sample;
import dev.clp.runtime.config.ComponentSpec;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.config.ExperimentFile;
import dev.clp.runtime.config.ResponseSource;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.plugin.ComponentOrigin;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.store.Digests;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  public record OpenRun(Experiment experiment, RunFolder folder) {

    /**
     * Returns what the evaluation sampled of a policy; nothing if it has not come to that.
     *
     * @param policy the policy's name; {@value Sample#REFERENCE} for the reference
     */
    public List<Sample> samples(String policy, long seed) {
      boolean ofPolicy =
          experiment.evaluation().responses() == ResponseSource.ENUMERATED
              || SamplingOptions.of(experiment.rollout()).isFaithful();
      return folder.isSampled(policy, seed)
          ? folder.readSamples(policy, seed, ofPolicy)
          : List.of();
    }
  }

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
    int threads =
        ExperimentRun.threads(
            experiment, ModelFolder.architecture(experiment.model()).parameterCount());
    Torch.useThreads(threads);
    Map<String, String> inputs = RunInputs.digests(experiment);
    List<Manifest.Component> components = components(experiment);
    RunFolder folder = RunFolder.create(output);
    try {
      folder.writeExperiment(experiment.toJson());
      folder.writeManifest(
          new Manifest(
              Manifest.FORMAT,
              Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
              System.getProperty("java.version"),
              "PyTorch " + Engine.getEngine("PyTorch").getVersion(),
              threads,
              inputs.get(experiment.model().toString()),
              components,
              Optional.of(Digests.sha256(folder.experiment())),
              inputs));
    } catch (UserException e) {
      // Half a beginning could be neither resumed nor begun again.
      folder.abandon();
      throw e;
    }
    return new OpenRun(experiment, folder);
  }

  /** Returns whether a folder is that of a run, and not, say, of a model. */
  public static boolean isRun(Path folder) {
    return Files.exists(folder.resolve(RunFolder.MANIFEST));
  }

  /**
   * Opens a run that was begun, with as many engine threads as it began with.
   *
   * @throws UserException if the folder is none of a run
   */
  public OpenRun open(Path path) {
    RunFolder folder = RunFolder.open(path);
    Experiment experiment = files.loadRun(folder.experiment());
    Manifest manifest = folder.manifest();
    if (manifest.format() != Manifest.FORMAT) {
      throw new UserException(
          path + ": was written in layout " + manifest.format() + ", not " + Manifest.FORMAT);
    }
    Torch.useThreads(manifest.threads());
    return new OpenRun(experiment, folder);
  }

  /**
   * Opens a run to continue or to judge it: what it was begun with must not have changed.
   *
   * @throws UserException naming everything that has changed
   */
  public OpenRun reopen(Path path) {
    OpenRun run = open(path);
    List<String> changes = changes(run);
    if (!changes.isEmpty()) {
      throw new UserException(
          path
              + ": the run was begun with something else:\n  "
              + String.join("\n  ", changes)
              + "\nRestore it, or begin a new run; with --accept-changes the run goes on with what"
              + " is there now, and its results are of no single experiment");
    }
    return run;
  }

  /** Returns what has changed since a run began, a line each. */
  public static List<String> changes(OpenRun run) {
    Manifest manifest = run.folder().manifest();
    List<String> changes = new ArrayList<>();
    manifest
        .experimentSha256()
        .filter(digest -> !digest.equals(Digests.sha256(run.folder().experiment())))
        .ifPresent(digest -> changes.add(run.folder().experiment() + " has changed"));
    if (manifest.inputs().isEmpty()) {
      // Runs begun before inputs were kept have the model's digest alone.
      if (!ModelFolder.digest(run.experiment().model()).equals(manifest.modelSha256())) {
        changes.add("the reference model " + run.experiment().model() + " has changed");
      }
      return changes;
    }
    changes.addAll(RunInputs.changes(manifest.inputs(), RunInputs.digests(run.experiment())));
    List<Manifest.Component> now = components(run.experiment());
    for (Manifest.Component component : manifest.components()) {
      if (!now.contains(component)) {
        changes.add(
            "the component '"
                + component.name()
                + "' is no longer that of "
                + component.source()
                + " "
                + component.version()
                + " with the digest "
                + component.sha256());
      }
    }
    return changes;
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
