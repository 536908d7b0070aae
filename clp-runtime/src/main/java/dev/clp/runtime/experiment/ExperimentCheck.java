package dev.clp.runtime.experiment;

import dev.clp.api.ComponentContext;
import dev.clp.api.Example;
import dev.clp.runtime.classify.OpenClassifiers;
import dev.clp.runtime.config.ComponentSpec;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.data.Examples;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.SpecialTokens;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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
        () -> {
          Examples examples = Examples.read(experiment.data(), experiment.model());
          notices.addAll(examples.notices());
          notices.addAll(quotedTokens(experiment, examples));
        });
    ComponentContext context = experiment.context(Optional.empty(), OpenClassifiers.unread());
    for (ComponentSpec<?> spec : components(experiment)) {
      attempt(problems, () -> create(spec, context));
    }
    if (!problems.isEmpty()) {
      throw new UserException(String.join("\n", problems));
    }
    return notices;
  }

  /** Returns which special tokens the documents spell out, as one that quotes a web page may. */
  private static List<String> quotedTokens(Experiment experiment, Examples examples) {
    List<Example> all =
        Stream.of(examples.training(), examples.calibration(), examples.evaluation())
            .flatMap(List::stream)
            .toList();
    List<String> notices = new ArrayList<>();
    for (String token : SpecialTokens.texts(experiment.model())) {
      List<String> ids = all.stream().filter(each -> quotes(each, token)).map(Example::id).toList();
      if (!ids.isEmpty()) {
        notices.add(
            ids.size()
                + " of "
                + all.size()
                + " examples, '"
                + ids.get(0)
                + "' first, hold the text '"
                + token
                + "', which the tokenizer reads as a special token; remove it, or write it"
                + " otherwise if it is meant as text");
      }
    }
    return notices;
  }

  private static boolean quotes(Example example, String token) {
    // What a template puts around the documents is meant as it is.
    return example.fields().values().stream()
            .anyMatch(field -> field.contains(token) && example.prompt().contains(field))
        || example.references().stream().anyMatch(reference -> reference.contains(token));
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
      // A file that two steps read is one problem.
      if (!problems.contains(e.getMessage())) {
        problems.add(e.getMessage());
      }
    }
  }
}
