package dev.clp.runtime.plugin;

import ai.djl.engine.Engine;
import dev.clp.api.ApiVersion;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Plugin;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/**
 * Where plugins lie, and which of them may be loaded.
 *
 * <p>A plugins folder holds plugins side by side: a JAR is one, and so is a folder of JARs, a
 * component with the libraries that it needs. Each gets a {@link PluginClassLoader} of its own.
 * Components on the application's class path come first, then those bundled with a distribution,
 * then those of other folders.
 *
 * @param bundled the distribution's own plugins folders, loaded whatever {@code allowed} says, as
 *     trusted as the runtime that stands beside them
 * @param folders further plugins folders
 * @param allowed the SHA-256 digests, in lower-case hexadecimal, of the JARs that may be loaded
 *     from {@code folders}; any may, if absent
 */
public record PluginFolders(List<Path> bundled, List<Path> folders, Optional<Set<String>> allowed) {

  /** The system property that names the plugins folder of a distribution. */
  public static final String BUNDLED_PROPERTY = "clp.plugins.bundled";

  private static final String SERVICES = "META-INF/services/" + Plugin.class.getName();
  private static final String FORMER_SERVICES =
      "META-INF/services/" + ComponentFactory.class.getName();
  private static final Pattern MAJOR = Pattern.compile("(\\d+)(\\..*)?");

  public PluginFolders {
    bundled = List.copyOf(bundled);
    folders = List.copyOf(folders);
    allowed = allowed.map(Set::copyOf);
  }

  /**
   * Returns the folders of this installation: what {@value #BUNDLED_PROPERTY} names, {@code
   * ~/.clp/plugins} if it exists, and {@code further} ones.
   *
   * @throws UserException if one of {@code further} is no folder
   */
  public static PluginFolders standard(List<Path> further) {
    String bundled = System.getProperty(BUNDLED_PROPERTY, "");
    PluginFolders standard =
        new PluginFolders(
            Arrays.stream(bundled.split(Pattern.quote(File.pathSeparator)))
                .filter(text -> !text.isBlank())
                .map(Path::of)
                .toList(),
            Stream.of(Path.of(System.getProperty("user.home"), ".clp", "plugins"))
                .filter(Files::isDirectory)
                .toList(),
            Optional.empty());
    return standard.with(further);
  }

  /**
   * Returns these folders and {@code further} ones.
   *
   * @throws UserException if one of {@code further} is no folder
   */
  public PluginFolders with(List<Path> further) {
    for (Path folder : further) {
      if (!Files.isDirectory(folder)) {
        throw new UserException(
            folder + ": there is no such plugins folder; create it, or name another one");
      }
    }
    return new PluginFolders(
        bundled,
        Stream.concat(
                folders.stream(),
                further.stream().map(folder -> folder.toAbsolutePath().normalize()))
            .distinct()
            .toList(),
        allowed);
  }

  /** Returns the same folders, of which only the JARs of these digests may be loaded. */
  public PluginFolders allowing(Set<String> digests) {
    return new PluginFolders(bundled, folders, Optional.of(digests));
  }

  /**
   * Loads the components of the class path and of every folder.
   *
   * @throws UserException if a folder cannot be read
   */
  public ComponentRegistry load() {
    List<ComponentSource> sources = new ArrayList<>(ComponentSource.classPath());
    List<BrokenComponent> broken = new ArrayList<>();
    Set<Path> seen = new LinkedHashSet<>();
    for (Path folder : bundled) {
      add(folder, Optional.empty(), seen, sources, broken);
    }
    for (Path folder : folders) {
      add(folder, allowed, seen, sources, broken);
    }
    return new ComponentRegistry(sources, broken);
  }

  private static void add(
      Path folder,
      Optional<Set<String>> allowed,
      Set<Path> seen,
      List<ComponentSource> sources,
      List<BrokenComponent> broken) {
    for (Path plugin : entries(folder)) {
      List<Path> jars =
          Files.isDirectory(plugin)
              ? entries(plugin).stream().filter(PluginFolders::isJar).toList()
              : List.of(plugin).stream().filter(PluginFolders::isJar).toList();
      if (jars.isEmpty() || !seen.add(plugin)) {
        continue;
      }
      Optional<String> fault =
          refusal(jars, allowed)
              .or(() -> jars.stream().flatMap(jar -> unusable(jar).stream()).findFirst())
              .or(() -> listsNothing(jars))
              .or(() -> twoVersions(jars));
      if (fault.isPresent()) {
        broken.add(new BrokenComponent(plugin.toString(), fault.get()));
      } else {
        findEngines();
        sources.add(new ComponentSource(plugin.toString(), new PluginClassLoader(jars)));
      }
    }
  }

  /** Returns what is in a folder, by name, so that every system loads in the same order. */
  private static List<Path> entries(Path folder) {
    try (Stream<Path> entries = Files.list(folder.toRealPath())) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw FileErrors.reading(folder, e);
    }
  }

  private static boolean isJar(Path path) {
    return path.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".jar")
        && Files.isRegularFile(path);
  }

  /** Returns why a plugin may not be loaded, before anything of it is. */
  private static Optional<String> refusal(List<Path> jars, Optional<Set<String>> allowed) {
    if (allowed.isEmpty()) {
      return Optional.empty();
    }
    for (Path jar : jars) {
      String digest = sha256(jar);
      if (!allowed.get().contains(digest)) {
        return Optional.of(
            jar.getFileName()
                + " has the SHA-256 digest "
                + digest
                + ", which plugins.allow does not list; add it, or for somebody else's run name its"
                + " folder with --plugins, if you trust the JAR");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> unusable(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      return Optional.ofNullable(file.getManifest())
          .map(Manifest::getMainAttributes)
          .map(
              attributes -> attributes.getValue(new Attributes.Name(ApiVersion.MANIFEST_ATTRIBUTE)))
          .flatMap(version -> misfit(jar, version));
    } catch (IOException e) {
      return Optional.of(unreadable(jar, e));
    }
  }

  private static String unreadable(Path jar, IOException cause) {
    return cause instanceof ZipException
        ? jar.getFileName()
            + " is no readable JAR ("
            + cause.getMessage()
            + "); copy or build it again"
        : FileErrors.reading(jar, cause).getMessage();
  }

  private static Optional<String> misfit(Path jar, String version) {
    String expected = major(ApiVersion.CURRENT).orElseThrow();
    Optional<String> found = major(version.strip());
    if (found.isEmpty()) {
      return Optional.of(
          jar.getFileName()
              + " states '"
              + version
              + "' as its "
              + ApiVersion.MANIFEST_ATTRIBUTE
              + "; expected a version such as "
              + ApiVersion.CURRENT);
    }
    return found.get().equals(expected)
        ? Optional.empty()
        : Optional.of(
            jar.getFileName()
                + " was built against version "
                + version.strip()
                + " of the API, but this is version "
                + ApiVersion.CURRENT
                + "; ask for a JAR that was built against version "
                + expected);
  }

  private static Optional<String> major(String version) {
    Matcher matcher = MAJOR.matcher(version);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Returns which JARs list the same class and are no copies: one would hide the other. */
  private static Optional<String> twoVersions(List<Path> jars) {
    Map<String, Path> listed = new HashMap<>();
    for (Path jar : jars) {
      for (String type : services(jar)) {
        Path other = listed.putIfAbsent(type, jar);
        if (other != null && !sha256(other).equals(sha256(jar))) {
          return Optional.of(
              other.getFileName()
                  + " and "
                  + jar.getFileName()
                  + " both bring "
                  + type
                  + "; remove one of the two");
        }
      }
    }
    return Optional.empty();
  }

  /** Returns the classes that a JAR lists. */
  private static Set<String> services(Path jar) {
    Set<String> types = new LinkedHashSet<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      for (String list : List.of(SERVICES, FORMER_SERVICES)) {
        JarEntry entry = file.getJarEntry(list);
        if (entry != null) {
          try (InputStream in = file.getInputStream(entry)) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .forEach(types::add);
          }
        }
      }
      return types;
    } catch (IOException e) {
      throw FileErrors.reading(jar, e);
    }
  }

  private static String sha256(Path jar) {
    return new ComponentOrigin(jar, Optional.empty()).sha256();
  }

  private static Optional<String> listsNothing(List<Path> jars) {
    for (Path jar : jars) {
      try (JarFile file = new JarFile(jar.toFile())) {
        if (file.getEntry(SERVICES) != null || file.getEntry(FORMER_SERVICES) != null) {
          return Optional.empty();
        }
      } catch (IOException e) {
        return Optional.of(unreadable(jar, e));
      }
    }
    return Optional.of(
        "no component is listed in "
            + SERVICES
            + "; a library belongs into a folder together with the JAR that needs it");
  }

  /** Has DJL look for its engines, starting none, while the context loader can still see them. */
  private static void findEngines() {
    String unused = Engine.getDefaultEngineName();
  }
}
