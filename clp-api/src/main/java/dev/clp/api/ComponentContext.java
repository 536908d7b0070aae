package dev.clp.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * What a component may know of the experiment it is created for, and use.
 *
 * <p>The runtime implements it; a later version may add methods that have a default.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface ComponentContext {

  /** Returns the names of the objectives, in order; immutable. */
  List<String> objectives();

  /** Returns the KL coefficients that the experiment trains under. */
  KlRange klCoefficients();

  /**
   * Returns a folder of the run's own where a component may keep what is costly to get again, such
   * as the answers of a service, in a sub-folder named after itself; it need not exist yet. Absent
   * outside a run, and then nothing is kept.
   */
  default Optional<Path> storage() {
    return Optional.empty();
  }

  /** Returns what opens text classifiers on the runtime's own engine. */
  default TextClassifiers classifiers() {
    return TextClassifiers.NONE;
  }
}
