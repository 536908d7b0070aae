package dev.clp.runtime.experiment;

import dev.clp.api.ComponentContext;
import dev.clp.runtime.classify.OpenClassifiers;
import dev.clp.runtime.config.ComponentSpec;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.data.Examples;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.ModelFolder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds what would stop an experiment, beyond what its file says: models and data that are missing
 * or malformed, components that refuse their options. The engine does not start.
 */
public final class ExperimentCheck {

  private ExperimentCheck() {}

  /**
   * Checks an experiment.
   *
   * @return what would not stop it, but is not what a user might assume, one sentence each
   * @throws UserException with a line for each problem
   */
  public static List<String> check(Experiment experiment) {
    Torch.goOffline();
    List<String> problems = new ArrayList<>();
    List<String> notices = new ArrayList<>();
    attempt(problems, () -> notices.addAll(ModelFolder.check(experiment.model())));
    attempt(
        problems,
        () -> notices.addAll(Examples.read(experiment.data(), experiment.model()).notices()));
    ComponentContext context = experiment.context(Optional.empty(), OpenClassifiers.unread());
    for (ComponentSpec<?> spec : components(experiment)) {
      attempt(problems, () -> create(spec, context));
    }
    if (!problems.isEmpty()) {
      throw new UserException(String.join("\n", problems));
    }
    return notices;
  }

  /** Returns every component that an experiment asks for, once. */
  public static Set<ComponentSpec<?>> components(Experiment experiment) {
    Set<ComponentSpec<?>> specs = new LinkedHashSet<>(experiment.objectives().values());
    specs.add(experiment.sampler());
    specs.add(experiment.scalarizer());
    experiment
        .policies()
        .values()
        .forEach(
            policy -> {
              specs.add(policy.conditioner());
              specs.add(policy.sampler());
              specs.add(policy.scalarizer());
            });
    specs.addAll(experiment.evaluation().evaluators().values());
    specs.addAll(experiment.listeners().values());
    return specs;
  }

  private static void create(ComponentSpec<?> spec, ComponentContext context) {
    try {
      Object unused = spec.create(context);
    } catch (UserException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new UserException(spec.where() + ": " + spec.name() + ": " + e, e);
    }
  }

  private static void attempt(List<String> problems, Runnable step) {
    try {
      step.run();
    } catch (UserException e) {
      problems.add(e.getMessage());
    }
  }
}
