package dev.clp.runtime.serve;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Calibration;
import dev.clp.api.Weighting;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import dev.clp.runtime.experiment.TrainedPolicies;
import dev.clp.runtime.model.ModelFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be served.
 *
 * @param model the folder of the plain model, or of the run's reference
 * @param run the run; absent for a plain model
 */
public record ServedFolder(Path model, Optional<OpenRun> run) {

  /** The tokens of a response if neither request nor experiment says. */
  private static final int USUAL_TOKENS = 100;

  /** A plain model. */
  public static ServedFolder of(Path model) {
    return new ServedFolder(model, Optional.empty());
  }

  /** A run's policies, experts and reference. */
  public static ServedFolder of(OpenRun run) {
    return new ServedFolder(run.experiment().model(), Optional.of(run));
  }

  /**
   * Returns what is served, in words.
   *
   * @return such as {@code the run runs/quickstart}
   */
  public String title() {
    return run.map(each -> "the run " + each.folder().path()).orElse("the model " + model);
  }

  /**
   * What was loaded.
   *
   * @param folder the reference, or plain model; to be closed
   * @param catalogue what can be asked
   * @param texts reads prompts
   * @param policies what samples
   */
  record Loaded(
      ModelFolder folder, Catalogue catalogue, PromptTexts texts, ServedPolicies policies) {}

  /**
   * Loads the model.
   *
   * @param manager owns all arrays
   * @param policyBytes the most bytes of policies in memory
   * @throws dev.clp.runtime.error.UserException if it cannot be read
   */
  Loaded load(NDManager manager, long policyBytes) {
    ModelFolder folder = ModelFolder.read(manager, model);
    try {
      Optional<TrainedPolicies> policies =
          run.map(
              each ->
                  new TrainedPolicies(
                      each.folder(), each.experiment(), each.experiment().context(), folder));
      Map<String, Weighting> experts = policies.map(TrainedPolicies::experts).orElse(Map.of());
      Catalogue catalogue =
          run.map(each -> Catalogue.of(each, experts, calibration(each)))
              .orElseGet(() -> Catalogue.of(model));
      int tokens =
          run.map(OpenRun::experiment)
              .map(Experiment::rollout)
              .map(options -> options.maxNewTokens())
              .orElse(USUAL_TOKENS);
      return new Loaded(
          folder,
          catalogue,
          PromptTexts.of(folder, model, tokens),
          new ServedPolicies(manager, folder.model(), policies, experts, policyBytes));
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private static List<Calibration> calibration(OpenRun run) {
    return run.folder().isCalibrated() ? run.folder().calibration() : List.of();
  }
}
