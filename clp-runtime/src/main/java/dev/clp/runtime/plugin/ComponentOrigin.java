package dev.clp.runtime.plugin;

import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.store.Digests;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/**
 * Where a component's class was loaded from.
 *
 * @param location a JAR or a folder of classes
 * @param version the manifest's {@code Implementation-Version}, if it has one
 */
public record ComponentOrigin(Path location, Optional<String> version) {

  /**
   * Returns where a class was loaded from.
   *
   * @throws IllegalArgumentException if the class does not tell
   */
  public static ComponentOrigin of(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      throw new IllegalArgumentException(
          type.getName() + " does not tell which JAR it is from, so a run could not name it");
    }
    try {
      return new ComponentOrigin(
          Path.of(source.getLocation().toURI()),
          Optional.ofNullable(type.getPackage().getImplementationVersion()));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          source.getLocation() + " is no file: " + e.getMessage(), e);
    }
  }

  /**
   * Returns where a class was loaded from, and then the other JARs of its plugin: what a run
   * depends on.
   *
   * @throws IllegalArgumentException if the class does not tell
   */
  public static List<ComponentOrigin> allOf(Class<?> type) {
    ComponentOrigin own = of(type);
    List<ComponentOrigin> origins = new ArrayList<>(List.of(own));
    if (type.getClassLoader() instanceof PluginClassLoader loader) {
      loader.jars().stream()
          .filter(jar -> !jar.equals(own.location()))
          .forEach(jar -> origins.add(new ComponentOrigin(jar, version(jar))));
    }
    return origins;
  }

  private static Optional<String> version(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      return Optional.ofNullable(file.getManifest())
          .map(
              manifest ->
                  manifest.getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION));
    } catch (IOException e) {
      throw FileErrors.reading(jar, e);
    }
  }

  /**
   * Returns the SHA-256 digest in hexadecimal: of the JAR's bytes, or of a folder's files, each its
   * relative path, a zero, its length as text, a zero and its bytes, in the order of their paths.
   *
   * <p>Reads everything at every call.
   *
   * @throws dev.clp.runtime.error.UserException if the files cannot be read
   */
  public String sha256() {
    return Digests.sha256(location);
  }
}
