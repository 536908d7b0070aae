package dev.clp.runtime.config;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import dev.clp.runtime.error.UserException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Collects what is wrong with a configuration, so that a user mends everything in one go.
 *
 * <p>A view made by {@link #in} adds to the same collection under a longer key.
 */
public final class Problems {

  private final List<Problem> found;
  private final String key;

  private record Problem(Location location, String text) {}

  /** Creates an empty collection. */
  public Problems() {
    this(new ArrayList<>(), "");
  }

  private Problems(List<Problem> found, String key) {
    this.found = found;
    this.key = key;
  }

  /** Returns a view for the value of {@code name} in the object that this view stands for. */
  public Problems in(String name) {
    String quoted = ConfigUtil.joinPath(name);
    return new Problems(found, key.isEmpty() ? quoted : key + "." + quoted);
  }

  /** Returns a view for an element, counted from zero, of the list that this view stands for. */
  public Problems at(int index) {
    return new Problems(found, key + "[" + index + "]");
  }

  /** Adds a problem of this view's key, found at {@code origin}. */
  public void add(ConfigOrigin origin, String message) {
    found.add(new Problem(Location.of(origin), key.isEmpty() ? message : key + ": " + message));
  }

  /** Returns the place and the key of this view, as {@code run.conf:12: training.steps}. */
  String where(ConfigOrigin origin) {
    return key.isEmpty() ? Location.of(origin).toString() : Location.of(origin) + ": " + key;
  }

  /** Returns how many problems were added, through this view or any other of the collection. */
  public int count() {
    return found.size();
  }

  /**
   * Throws if there are problems.
   *
   * @throws UserException with one line for each: {@code file:line: key: what is wrong}, by file
   *     and line
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new UserException(
          found.stream()
              .sorted(
                  Comparator.comparing((Problem problem) -> problem.location().source())
                      .thenComparing(problem -> problem.location().line()))
              .map(problem -> problem.location() + ": " + problem.text())
              .distinct()
              .collect(Collectors.joining("\n")));
    }
  }
}
