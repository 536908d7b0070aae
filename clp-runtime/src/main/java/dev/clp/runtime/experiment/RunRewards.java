package dev.clp.runtime.experiment;

import dev.clp.api.ComponentContext;
import dev.clp.api.RewardModel;
import dev.clp.runtime.classify.OpenClassifiers;
import dev.clp.runtime.config.ComponentSpec;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import dev.clp.runtime.plugin.OpenComponents;
import dev.clp.runtime.scoring.Objectives;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rewards of a run, rebuilt from its folder alone, and what its components share. */
public final class RunRewards implements AutoCloseable {

  private final OpenClassifiers classifiers = new OpenClassifiers();
  private final OpenComponents components = new OpenComponents();
  private final ComponentContext context;
  private final Objectives objectives;

  /** Creates the rewards of a run. */
  public RunRewards(OpenRun run) {
    this(run.experiment(), run.folder());
  }

  RunRewards(Experiment experiment, RunFolder folder) {
    this.context = experiment.context(Optional.of(folder.storage()), classifiers);
    Map<String, RewardModel> rewards = new LinkedHashMap<>();
    experiment
        .objectives()
        .forEach((name, spec) -> rewards.put(name, components.open(spec, context)));
    this.objectives = new Objectives(rewards);
  }

  /** Returns the rewards by objective. */
  public Objectives objectives() {
    return objectives;
  }

  /** Returns how many texts the rewards' networks have read only in part, one sentence each. */
  public List<String> cutTexts() {
    return classifiers.notices();
  }

  /** Returns what the run's components may know and use. */
  ComponentContext context() {
    return context;
  }

  /** Creates a component, which is closed with the rewards if it can be. */
  <T> T create(ComponentSpec<T> spec) {
    return components.open(spec, context);
  }

  @Override
  public void close() {
    // Each is closed, whatever the other throws.
    try (classifiers) {
      components.close();
    }
  }
}
