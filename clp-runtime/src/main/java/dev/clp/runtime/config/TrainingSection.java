package dev.clp.runtime.config;

import com.typesafe.config.ConfigObject;
import dev.clp.runtime.config.PolicyGradientOptions.Estimator;
import java.util.Optional;
import java.util.Set;

/** How policies, experts, or one policy are trained. */
record TrainingSection(String key) implements Section<TrainingOptions> {

  @Override
  public Optional<TrainingOptions> read(Scope around) {
    Scope scope = around.sectionOrEmpty(key);
    return scope.bind(TrainingOptions.class).flatMap(options -> consistent(options, scope));
  }

  /** Reads what differs from {@code base}, which supplies the options that are not set. */
  Optional<TrainingOptions> read(Scope around, Optional<TrainingOptions> base) {
    Optional<Scope> section = around.checkedSection(key);
    if (section.isEmpty()) {
      return base;
    }
    Optional<TrainingOptions> training = section.get().bind(TrainingOptions.class, base, Set.of());
    // Without its base, an override is checked key by key: whether keys fit would be a guess.
    return base.flatMap(valid -> training).flatMap(options -> consistent(options, section.get()));
  }

  private static Optional<TrainingOptions> consistent(TrainingOptions training, Scope scope) {
    int before = scope.problems().count();
    if (training.learner().promptsPerStep() % training.learner().weightingsPerStep() != 0) {
      scope.report(
          "expected a divisor of prompts-per-step = "
              + training.learner().promptsPerStep()
              + ", so that every weighting gets as many prompts, but found "
              + training.learner().weightingsPerStep(),
          "weightings-per-step",
          "prompts-per-step");
    }
    boolean comparesResponses = training.learner().estimator() != Estimator.REINFORCE;
    if (comparesResponses && training.learner().samplesPerPrompt() < 2) {
      scope.report(
          "expected at least 2, since the estimator "
              + Names.kebab(training.learner().estimator().name())
              + " compares the responses to a prompt, but found "
              + training.learner().samplesPerPrompt(),
          "samples-per-prompt",
          "estimator");
    }
    return scope.problems().count() > before ? Optional.empty() : Optional.of(training);
  }

  @Override
  public ConfigObject write(TrainingOptions value) {
    return OptionsBinder.render(value);
  }
}
