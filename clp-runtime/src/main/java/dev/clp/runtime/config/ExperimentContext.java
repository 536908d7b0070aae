package dev.clp.runtime.config;

import dev.clp.api.ComponentContext;
import dev.clp.api.KlRange;
import dev.clp.api.TextClassifiers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the components of an experiment may know of it, and use.
 *
 * @param objectives the names of the objectives, in order
 * @param klCoefficients the KL coefficients that the experiment trains under
 * @param storage where the run keeps what components want kept; absent if nothing is kept
 * @param classifiers opens text classifiers
 */
public record ExperimentContext(
    List<String> objectives,
    KlRange klCoefficients,
    Optional<Path> storage,
    TextClassifiers classifiers)
    implements ComponentContext {

  /** Describes an experiment outside a run: nothing is kept, and there are no classifiers. */
  public ExperimentContext(List<String> objectives, KlRange klCoefficients) {
    this(objectives, klCoefficients, Optional.empty(), TextClassifiers.NONE);
  }

  public ExperimentContext {
    objectives = List.copyOf(objectives);
  }
}
