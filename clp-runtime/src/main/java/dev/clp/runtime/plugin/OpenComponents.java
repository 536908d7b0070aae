package dev.clp.runtime.plugin;

import dev.clp.api.ComponentContext;
import dev.clp.runtime.config.ComponentSpec;
import dev.clp.runtime.error.UserException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The components that a run or command has created, to be closed when it ends.
 *
 * <p>Safe for several threads.
 */
public final class OpenComponents implements AutoCloseable {

  private record Opened(String title, AutoCloseable component) {}

  private final Deque<Opened> opened = new ArrayDeque<>();

  /**
   * Creates a component, which is closed with all others if it implements {@link AutoCloseable}.
   *
   * @throws UserException as {@link ComponentSpec#create}
   */
  public <T> T open(ComponentSpec<T> spec, ComponentContext context) {
    T component = spec.create(context);
    if (component instanceof AutoCloseable closeable) {
      synchronized (opened) {
        opened.push(new Opened(spec.title(), closeable));
      }
    }
    return component;
  }

  /**
   * Closes the components, the last that was created first, each once, whether others fail or not.
   *
   * @throws UserException with one line for each component that cannot be closed, naming it and its
   *     JAR
   */
  @Override
  public void close() {
    List<Opened> all;
    synchronized (opened) {
      all = new ArrayList<>(opened);
      opened.clear();
    }
    List<String> failures = new ArrayList<>();
    for (Opened each : all) {
      try {
        each.component().close();
      } catch (Exception e) {
        failures.add(each.title() + " cannot be closed: " + e.getMessage());
      }
    }
    if (!failures.isEmpty()) {
      throw new UserException(String.join("\n", failures));
    }
  }
}
