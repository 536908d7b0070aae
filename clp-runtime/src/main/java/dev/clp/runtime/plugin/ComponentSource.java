package dev.clp.runtime.plugin;

import java.util.List;

/**
 * A place that components come from.
 *
 * @param name what users read of it, such as {@code class path} or a JAR's path
 * @param loader what loads the components' classes; a class that a source before it has already
 *     provided is not provided again, so loaders may share a parent
 */
public record ComponentSource(String name, ClassLoader loader) {

  /** Returns the application's own class path as the only source. */
  public static List<ComponentSource> classPath() {
    return List.of(new ComponentSource("class path", ComponentSource.class.getClassLoader()));
  }
}
