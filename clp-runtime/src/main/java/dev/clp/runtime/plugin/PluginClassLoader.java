package dev.clp.runtime.plugin;

import dev.clp.api.ComponentFactory;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/**
 * Loads the classes of one plugin apart from everything else, so that plugins may carry different
 * versions of one library.
 *
 * <p>Its parent is the platform's loader: a plugin sees Java, its own JARs and the shared packages,
 * and nothing of the runtime or of other plugins. Resources are the plugin's own, so that {@link
 * java.util.ServiceLoader} finds no provider of anybody else's.
 */
public final class PluginClassLoader extends URLClassLoader {

  /**
   * The packages whose classes come from the runtime, as prefixes of class names: types that cross
   * the border must be the same class on both sides. The API and DJL's arrays are in its
   * signatures, and DJL's native library binds to one class loader. Bean Validation's annotations
   * stand on options records and are read by the runtime, which would not see those of another
   * loader. SLF4J is shared so that a plugin's log goes where the runtime's goes.
   */
  static final List<String> SHARED =
      List.of("dev.clp.api.", "ai.djl.", "jakarta.validation.", "org.slf4j.");

  static {
    registerAsParallelCapable();
  }

  private final ClassLoader shared = ComponentFactory.class.getClassLoader();
  private final List<Path> jars;

  /**
   * Creates the loader of one plugin.
   *
   * @param jars the plugin's JARs in the order to search them
   */
  public PluginClassLoader(List<Path> jars) {
    super(jars.stream().map(PluginClassLoader::url).toArray(URL[]::new), platform());
    this.jars = List.copyOf(jars);
  }

  private static ClassLoader platform() {
    return ClassLoader.getPlatformClassLoader();
  }

  private static URL url(Path jar) {
    try {
      // In the URL of a JAR's entry, the first "!/" ends the JAR's own name.
      return new URL(jar.toUri().toURL().toExternalForm().replace("!", "%21"));
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(jar + " has no URL", e);
    }
  }

  /** Returns the plugin's JARs in the order in which they are searched. */
  public List<Path> jars() {
    return jars;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    return SHARED.stream().anyMatch(name::startsWith)
        ? shared.loadClass(name)
        : super.loadClass(name, resolve);
  }
}
