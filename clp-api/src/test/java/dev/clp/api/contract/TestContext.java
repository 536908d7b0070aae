package dev.clp.api.contract;

import dev.clp.api.ComponentContext;
import dev.clp.api.KlRange;
import dev.clp.api.TextClassifiers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An experiment to create a component for in a test.
 *
 * @param objectives the names of the objectives, in order
 * @param klCoefficients the KL coefficients that the experiment trains under
 * @param storage where a component may keep files, if anywhere
 * @param classifiers opens text classifiers
 */
public record TestContext(
    List<String> objectives,
    KlRange klCoefficients,
    Optional<Path> storage,
    TextClassifiers classifiers)
    implements ComponentContext {

  public TestContext {
    objectives = List.copyOf(objectives);
  }

  /** Describes an experiment outside a run: nothing is kept, and there are no classifiers. */
  public TestContext(List<String> objectives, KlRange klCoefficients) {
    this(objectives, klCoefficients, Optional.empty(), TextClassifiers.NONE);
  }
}
