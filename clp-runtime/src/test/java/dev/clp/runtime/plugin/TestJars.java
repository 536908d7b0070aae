package dev.clp.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Makes components as strangers do: source, compiler, JAR. */
final class TestJars {

  static final String SERVICES = "META-INF/services/dev.clp.api.Plugin";

  private final Path folder;

  /** Makes them in a folder: JARs, folders of classes, and sources beside these. */
  TestJars(Path folder) {
    this.folder = folder;
  }

  /** Returns the source of a factory whose reward is the number {@code score}. */
  static String reward(String type, String name, String score, String options) {
    return """
    package testing;
    import dev.clp.api.*;
    import jakarta.validation.constraints.*;
    public class %1$s implements ComponentFactory<RewardModel, %1$s.Options> {
      public record Options(%4$s) {}
      public String name() { return "%2$s"; }
      public String description() { return "Scores alike."; }
      public Class<RewardModel> kind() { return RewardModel.class; }
      public Class<Options> options() { return Options.class; }
      public RewardModel create(Options options, ComponentContext context) {
        return completions -> {
          float[] scores = new float[completions.size()];
          java.util.Arrays.fill(scores, %3$s);
          return scores;
        };
      }
    }
    """
        .formatted(type, name, score, options);
  }

  /** Compiles sources by simple name into a folder of classes that lists {@code services}. */
  Path classes(String name, Map<String, String> sources, String... services) throws IOException {
    return classes(name, List.of(), sources, services);
  }

  /** Compiles sources against libraries, too. */
  Path classes(String name, List<Path> libraries, Map<String, String> sources, String... services)
      throws IOException {
    Path classes = Files.createDirectories(folder.resolve(name));
    List<String> arguments =
        new ArrayList<>(
            List.of("-proc:none", "-classpath", classPath(libraries), "-d", classes.toString()));
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = folder.resolve(name + "-sources").resolve(source.getKey() + ".java");
      Files.createDirectories(file.getParent());
      arguments.add(Files.writeString(file, source.getValue()).toString());
    }
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, arguments.toArray(String[]::new)))
        .as("the compiler's exit status")
        .isZero();
    Path list = classes.resolve(SERVICES);
    Files.createDirectories(list.getParent());
    Files.writeString(list, String.join("\n", services));
    return classes;
  }

  private static String classPath(List<Path> libraries) {
    // A library stands before the class path, which may hold another version of it.
    return Stream.concat(
            libraries.stream().map(Path::toString),
            Stream.of(System.getProperty("java.class.path")))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Packs classes into a JAR of a version. */
  Path jar(Path classes, String name, String version) throws IOException {
    return jar(classes, name, Map.of(Attributes.Name.IMPLEMENTATION_VERSION, version));
  }

  /** Packs classes into a JAR with attributes in its manifest. */
  Path jar(Path classes, String name, Map<Attributes.Name, String> attributes) throws IOException {
    Path jar = folder.resolve(name);
    Files.createDirectories(jar.getParent());
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.forEach(manifest.getMainAttributes()::put);
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream stream = new JarOutputStream(file, manifest);
        Stream<Path> walk = Files.walk(classes)) {
      for (Path entry : walk.filter(Files::isRegularFile).sorted().toList()) {
        String path = classes.relativize(entry).toString().replace(File.separatorChar, '/');
        stream.putNextEntry(new JarEntry(path));
        stream.write(Files.readAllBytes(entry));
      }
    }
    return jar;
  }
}
