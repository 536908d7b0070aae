package dev.clp.runtime.config;

import com.typesafe.config.Config;
import dev.clp.api.KlRange;
import dev.clp.api.RewardModel;
import dev.clp.api.RunListener;
import dev.clp.api.Scalarizer;
import dev.clp.api.WeightSampler;
import dev.clp.runtime.config.Experiment.EvaluationPlan;
import dev.clp.runtime.config.Experiment.PolicySpec;
import dev.clp.runtime.error.UserException;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/** Loads experiments from HOCON files. */
public final class ExperimentFile {

  private final ComponentFinder components;

  /** Creates a loader of experiments made of the components that {@code components} finds. */
  @Inject
  public ExperimentFile(ComponentFinder components) {
    this.components = components;
  }

  /**
   * Loads an experiment.
   *
   * <p>Includes and paths are relative to the file. Substitutions see the file, its includes and
   * the overrides, never the environment: a run stores what they resolve to.
   *
   * @param file a HOCON file, or JSON as {@link Experiment#toJson} writes it
   * @param overrides {@code key=value}, such as {@code training.steps=10}, as {@link
   *     ConfigFiles#read} takes them; they precede the file, and later ones precede earlier ones
   * @throws UserException if the file cannot be parsed, or with all its mistakes at once
   */
  public Experiment load(Path file, List<String> overrides) {
    return load(file, overrides, plugins -> {});
  }

  /**
   * Loads the experiment of a run folder, which may be somebody else's.
   *
   * @param file the run's {@code experiment.json}
   * @throws UserException also if it names plugins that came with the folder: they would run with
   *     the user's rights, and nobody has said that they may
   */
  public Experiment loadRun(Path file) {
    Path run = file.toAbsolutePath().normalize().getParent();
    return load(
        file,
        List.of(),
        plugins -> {
          for (Path folder : plugins.dirs()) {
            if (folder.toAbsolutePath().normalize().startsWith(run)
                && !components.isInstalled(folder)) {
              throw new UserException(
                  run
                      + ": the run brings plugins of its own, in "
                      + folder
                      + ", which would run with your rights. If you trust them, add --plugins "
                      + folder);
            }
          }
        });
  }

  private Experiment load(Path file, List<String> overrides, Consumer<PluginOptions> trusted) {
    Config config = ConfigFiles.read(file, overrides);
    Path absolute = file.toAbsolutePath().normalize();
    Problems problems = new Problems();
    Scope installed = new Scope(config.root(), problems, absolute.getParent(), components);
    PluginOptions plugins = plugins(installed);
    trusted.accept(plugins);
    ComponentFinder found = finder(plugins, installed);
    Scope root = new Scope(config.root(), problems, absolute.getParent(), found);
    Experiment experiment = experiment(root, plugins, baseName(absolute));
    problems.throwIfAny();
    return experiment;
  }

  private static String baseName(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private static PluginOptions plugins(Scope root) {
    Optional<PluginOptions> plugins = Sections.PLUGINS.read(root);
    // Which JARs may be loaded is a matter of trust: where that is not clear, none are.
    root.problems().throwIfAny();
    return plugins.orElseThrow();
  }

  private ComponentFinder finder(PluginOptions plugins, Scope root) {
    try {
      return components.with(plugins);
    } catch (UserException e) {
      root.report(e.getMessage(), Sections.PLUGINS.key());
      root.problems().throwIfAny();
      throw e;
    }
  }

  /** Returns the experiment; null if there are problems. */
  private static Experiment experiment(Scope root, PluginOptions plugins, String fileName) {
    Optional<ExperimentOptions.General> general =
        root.bind(ExperimentOptions.class).map(ExperimentOptions::general);
    if (!OptionsBinder.isSet(root.object().get("name"))) {
      Names.fileNameProblem(fileName).ifPresent(problem -> root.report(problem, "name"));
    }
    Optional<ModelOptions> model = Sections.MODEL.read(root);
    Optional<DataOptions> data = Sections.DATA.read(root);
    Optional<KlRange> klCoefficients = Sections.KL.read(root);
    Optional<RolloutOptions> rollout = Sections.ROLLOUT.read(root);
    Optional<TrainingOptions> training = Sections.TRAINING.read(root);
    Optional<TrainingOptions> experts = Sections.EXPERTS.read(root, training);
    Optional<ComponentSpec<WeightSampler>> sampler = Sections.SAMPLER.read(root);
    Optional<ComponentSpec<Scalarizer>> scalarizer = Sections.SCALARIZER.read(root);
    Optional<SortedMap<String, ComponentSpec<RewardModel>>> objectives =
        Sections.OBJECTIVES.read(root);
    SortedMap<String, PolicySpec> policies =
        Sections.POLICIES.read(root, new PoliciesSection.Base(training, sampler, scalarizer));
    Optional<EvaluationPlan> evaluation = Sections.EVALUATION.read(root, klCoefficients);
    Optional<SortedMap<String, ComponentSpec<RunListener>>> listeners =
        Sections.LISTENERS.read(root);

    return root.problems().count() > 0
        ? null
        : new Experiment(
            general.orElseThrow().name().orElse(fileName),
            general.orElseThrow().description(),
            general.orElseThrow().seeds(),
            model.orElseThrow(),
            general.orElseThrow().threads(),
            general.orElseThrow().workers(),
            data.orElseThrow(),
            objectives.orElseThrow(),
            general.orElseThrow().normalise(),
            klCoefficients.orElseThrow(),
            sampler.orElseThrow(),
            scalarizer.orElseThrow(),
            rollout.orElseThrow(),
            training.orElseThrow(),
            experts.orElseThrow(),
            policies,
            evaluation.orElseThrow(),
            listeners.orElseThrow(),
            plugins);
  }
}
