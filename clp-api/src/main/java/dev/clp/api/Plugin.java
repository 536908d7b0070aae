package dev.clp.api;

import java.util.List;
import org.apiguardian.api.API;

/**
 * What a JAR brings; the service that {@link java.util.ServiceLoader} looks for.
 *
 * <p>A JAR lists its plugins, each a class with a public constructor without arguments, in {@code
 * META-INF/services/dev.clp.api.Plugin}. A {@link ComponentFactory} is the plugin of one component,
 * so a JAR may list its factories and need no class beside them.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public interface Plugin {

  /**
   * Returns the components, of any {@link ComponentFactory#kind kinds}; none by default.
   *
   * <p>Called once, when the plugin is loaded; it prints nothing and waits for nothing.
   */
  default List<ComponentFactory<?, ?>> components() {
    return List.of();
  }
}
