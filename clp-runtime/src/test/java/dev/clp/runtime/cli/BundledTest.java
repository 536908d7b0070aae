package dev.clp.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.runtime.Commands;
import dev.clp.runtime.Commands.Outcome;
import dev.clp.runtime.plugin.PluginFolders;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bundled components, from the class path, where a build has them, and from a distribution's
 * plugins folder, each through its own loader and none on the class path.
 */
class BundledTest {

  private static final String SERVICES = "META-INF/services/dev.clp.api.ComponentFactory";

  /** The libraries that bundled components carry. */
  private static final String LIBRARIES = "(moeaframework|commons)-.*[.]jar";

  @TempDir Path folder;

  @Test
  void loadAlikeFromTheClassPathAndFromADistribution() throws Exception {
    List<Path> classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(Files::exists)
            .toList();
    List<Path> libraries =
        classPath.stream()
            .filter(path -> path.getFileName().toString().matches(LIBRARIES))
            .toList();
    List<Path> rest = new ArrayList<>();
    Path plugins = folder.resolve("plugins");
    int components = 0;
    for (Path path : classPath) {
      if (listsComponents(path)) {
        Path plugin = Files.createDirectories(plugins.resolve("component-" + components++));
        pack(path, plugin.resolve("component.jar"));
        for (Path library : libraries) {
          Files.copy(library, plugin.resolve(library.getFileName()));
        }
      } else {
        rest.add(path);
      }
    }
    assertThat(components).as("bundled modules").isGreaterThan(10);
    JsonNode flat = components(classPath, List.of());
    JsonNode apart =
        components(rest, List.of("-D" + PluginFolders.BUNDLED_PROPERTY + "=" + plugins));
    assertThat(flat.size()).isGreaterThan(10);
    assertThat(apart).isEqualTo(flat);
  }

  private static boolean listsComponents(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return Files.exists(path.resolve(SERVICES));
    }
    try (JarFile jar = new JarFile(path.toFile())) {
      return jar.getEntry(SERVICES) != null;
    }
  }

  /** Copies a JAR, or packs the folder of classes that an unfinished build has in its place. */
  private static void pack(Path from, Path jar) throws IOException {
    if (!Files.isDirectory(from)) {
      Files.copy(from, jar);
      return;
    }
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream stream = new JarOutputStream(file);
        Stream<Path> walk = Files.walk(from)) {
      for (Path entry : walk.filter(Files::isRegularFile).toList()) {
        stream.putNextEntry(
            new JarEntry(from.relativize(entry).toString().replace(File.separatorChar, '/')));
        stream.write(Files.readAllBytes(entry));
      }
    }
  }

  /** Returns what {@code clp components} tells, apart from where a component is from. */
  private JsonNode components(List<Path> classPath, List<String> properties) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Duser.home=" + folder);
    command.addAll(properties);
    command.addAll(
        List.of(
            "-cp",
            classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
            Clp.class.getName(),
            "components",
            "--json"));
    Outcome outcome = Commands.run(folder, command);
    assertThat(outcome.status()).as(outcome.output()).isZero();
    JsonNode components =
        new ObjectMapper().readTree(outcome.output().substring(outcome.output().indexOf('[')));
    for (JsonNode component : components) {
      ((ObjectNode) component).remove(List.of("source", "version"));
    }
    return components;
  }
}
