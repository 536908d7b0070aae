package dev.clp.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.KlRange;
import dev.clp.api.RewardModel;
import dev.clp.api.Scalarizer;
import dev.clp.api.WeightSampler;
import dev.clp.runtime.config.ComponentFinder;
import dev.clp.runtime.config.ExperimentFile;
import dev.clp.runtime.config.UserException;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComponentRegistryTest {

  private static final String SERVICES = "META-INF/services/dev.clp.api.ComponentFactory";

  @TempDir Path folder;

  private final List<URLClassLoader> loaders = new ArrayList<>();

  @AfterEach
  void closeLoaders() throws IOException {
    for (URLClassLoader loader : loaders) {
      loader.close();
    }
  }

  /** Returns the source of a factory whose reward is the number {@code score}. */
  private static String reward(String type, String name, String score, String options) {
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
  private Path classes(String name, Map<String, String> sources, String... services)
      throws IOException {
    Path classes = Files.createDirectories(folder.resolve(name));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-proc:none",
                "-classpath",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString()));
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

  private Path jar(Path classes, String name, String version) throws IOException {
    Path jar = folder.resolve(name);
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream stream = new JarOutputStream(file, manifest);
        Stream<Path> walk = Files.walk(classes)) {
      for (Path entry : walk.filter(Files::isRegularFile).toList()) {
        String path = classes.relativize(entry).toString().replace(File.separatorChar, '/');
        stream.putNextEntry(new JarEntry(path));
        stream.write(Files.readAllBytes(entry));
      }
    }
    return jar;
  }

  private ComponentSource source(Path place) throws IOException {
    URLClassLoader loader =
        new URLClassLoader(new URL[] {place.toUri().toURL()}, getClass().getClassLoader());
    loaders.add(loader);
    return new ComponentSource(place.getFileName().toString(), loader);
  }

  private Path constant(String folderName) throws IOException {
    return classes(
        folderName,
        Map.of(
            "Constant",
            reward(
                "Constant",
                "constant",
                "1f",
                "@Option(value = \"The score.\", defaultsTo = \"1\") @Min(0) int score")),
        "testing.Constant");
  }

  @Test
  void findsAComponentAndTheJarItCameFrom() throws Exception {
    Path jar = jar(constant("classes"), "constant-1.2.jar", "1.2");
    ComponentRegistry registry = new ComponentRegistry(List.of(source(jar)));
    assertThat(registry.broken()).isEmpty();
    assertThat(registry.find(RewardModel.class, "constant").description())
        .isEqualTo("Scores alike.");
    ComponentOrigin origin = registry.origin(RewardModel.class, "constant");
    assertThat(origin).isEqualTo(new ComponentOrigin(jar, Optional.of("1.2")));
    assertThat(origin.sha256())
        .isEqualTo(
            HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar))));
  }

  @Test
  void digestsFoldersByPathAndContent() throws Exception {
    Path classes = Files.createDirectories(folder.resolve("tree/a"));
    Files.writeString(classes.resolve("x"), "12");
    ComponentOrigin origin = new ComponentOrigin(folder.resolve("tree"), Optional.empty());
    assertThat(origin.sha256())
        .isEqualTo(
            HexFormat.of()
                .formatHex(
                    MessageDigest.getInstance("SHA-256")
                        .digest("a/x\0002\00012".getBytes(StandardCharsets.UTF_8))));
    assertThatThrownBy(
            () -> new ComponentOrigin(folder.resolve("none.jar"), Optional.empty()).sha256())
        .isInstanceOf(UserException.class)
        .hasMessageContaining("none.jar");
  }

  @Test
  void aDuplicateNameCitesBothJars() throws Exception {
    ComponentSource one = source(jar(constant("one"), "one.jar", "1"));
    ComponentSource two = source(jar(constant("two"), "two.jar", "2"));
    assertThatThrownBy(() -> new ComponentRegistry(List.of(one, two)))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("reward-model 'constant'", "one.jar", "two.jar", "remove one");
  }

  @Test
  void oneClassSeenThroughTwoLoadersIsOneComponent() throws Exception {
    ComponentSource parent = source(constant("shared"));
    URLClassLoader child = new URLClassLoader(new URL[0], parent.loader());
    loaders.add(child);
    ComponentRegistry registry =
        new ComponentRegistry(List.of(parent, new ComponentSource("child", child)));
    assertThat(registry.descriptions()).hasSize(1);
  }

  @Test
  void brokenComponentsAreListedAndHideNoOther() throws Exception {
    Path classes =
        classes(
            "mixed",
            Map.of(
                "Good", reward("Good", "good", "1f", ""),
                "Throwing",
                    reward("Throwing", "throwing", "1f", "")
                        .replace(
                            "public String name()",
                            "public Throwing() { throw new IllegalStateException(\"no licence\"); }"
                                + " public String name()"),
                "Helper", "package testing; class Helper { float score() { return 1; } }",
                "Orphan",
                    reward("Orphan", "orphan", "1f", "")
                        .replace("class Orphan implements", "class Orphan extends Base implements"),
                "Base", "package testing; public class Base {}",
                "Failing",
                    reward("Failing", "failing", "1f", "")
                        .replace("return \"failing\"", "throw new AssertionError(\"not here\")"),
                "Shouting", reward("Shouting", "LOUD Name", "1f", ""),
                "Undescribed", reward("Undescribed", "undescribed", "1f", "int size"),
                "Reserved",
                    reward("Reserved", "reserved", "1f", "@Option(\"Reward.\") String reward"),
                "Last", reward("Last", "last", "1f", "")),
            "testing.Missing",
            "testing.Throwing",
            "testing.Orphan",
            "testing.Good",
            "testing.Failing",
            "testing.Shouting",
            "testing.Undescribed",
            "testing.Reserved",
            "testing.Helper",
            "testing.Last");
    Files.delete(classes.resolve("testing/Base.class"));
    ComponentRegistry registry = new ComponentRegistry(List.of(source(classes)));
    assertThat(registry.descriptions())
        .extracting(ComponentDescription::name)
        .containsExactly("good", "last");
    assertThat(registry.broken())
        .extracting(BrokenComponent::reason)
        .allSatisfy(reason -> assertThat(reason).doesNotContain("\n"))
        .satisfiesExactly(
            reason -> assertThat(reason).contains("testing.Missing"),
            reason -> assertThat(reason).contains("testing.Throwing", "no licence"),
            reason -> assertThat(reason).contains("NoClassDefFoundError", "testing/Base"),
            reason -> assertThat(reason).contains("AssertionError", "not here"),
            reason -> assertThat(reason).contains("'LOUD Name'", "such as 'loud-name'"),
            reason -> assertThat(reason).contains("'size'", "lacks @Option"),
            reason -> assertThat(reason).contains("'reward'", "rename it"),
            reason -> assertThat(reason).contains("testing.Helper"));
    assertThatThrownBy(() -> registry.find(RewardModel.class, "throwing"))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("Not loaded: ", "no licence");
  }

  @Test
  void aMalformedListOfServicesIsListedAsBroken() throws Exception {
    Path classes = constant("malformed");
    Files.writeString(classes.resolve(SERVICES), "no class name\ntesting.Constant\n");
    ComponentRegistry registry = new ComponentRegistry(List.of(source(classes)));
    assertThat(registry.broken()).hasSize(1);
    assertThat(registry.broken().get(0).source()).isEqualTo("malformed");
  }

  @Test
  void anUnknownNameListsThoseThereAre() throws Exception {
    ComponentRegistry registry = new ComponentRegistry(List.of(source(constant("classes"))));
    assertThatThrownBy(() -> registry.find(RewardModel.class, "constnat"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "there is no reward-model 'constnat'; did you mean 'constant'? Installed: constant");
    assertThatThrownBy(() -> registry.find(Scalarizer.class, "linear"))
        .isInstanceOf(UserException.class)
        .hasMessage("there is no scalarizer 'linear'; none is installed, add the JAR of one");
    assertThatThrownBy(() -> registry.find(String.class, "constant"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no kind of component");
  }

  @Test
  void describesComponentsAsTextAndJson() throws Exception {
    Path jar = jar(constant("classes"), "constant.jar", "1.2");
    ComponentDescription description =
        new ComponentRegistry(List.of(source(jar))).descriptions().get(0);
    assertThat(description.toText())
        .isEqualTo(
            """
            reward-model constant 1.2
              Scores alike.
              from %s
              score = 1: a whole number of 32 bits, at least 0
                  The score.
            """
                .formatted(jar));
    ObjectMapper mapper = new ObjectMapper().registerModule(new Jdk8Module());
    assertThat(mapper.readValue(mapper.writeValueAsString(description), ComponentDescription.class))
        .isEqualTo(description);
  }

  @Test
  void injectsWhatLoadsExperiments() throws Exception {
    ComponentRegistry registry = new ComponentRegistry(List.of(source(constant("classes"))));
    Injector injector = Guice.createInjector(new ComponentsModule(registry));
    assertThat(injector.getInstance(ComponentFinder.class)).isSameAs(registry);
    Path file =
        Files.writeString(
            folder.resolve("run.conf"), "objectives { same { reward = constant, score = -1 } }");
    assertThatThrownBy(() -> injector.getInstance(ExperimentFile.class).load(file, List.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(
            "run.conf:1: objectives.same.score: expected at least 0, but found -1",
            "run.conf:1: sampler: there is no weight-sampler 'dirichlet'");
  }

  @Test
  void createsWhatItFinds() throws Exception {
    ComponentRegistry registry = new ComponentRegistry(List.of(source(constant("classes"))));
    assertThat(score(registry.find(RewardModel.class, "constant"))).isEmpty();
    assertThat(new ComponentRegistry(List.of()).descriptions()).isEmpty();
    assertThatThrownBy(
            () -> new ComponentRegistry(List.of()).find(WeightSampler.class, "dirichlet"))
        .isInstanceOf(UserException.class);
  }

  private static <O extends Record> float[] score(ComponentFactory<RewardModel, O> factory)
      throws ReflectiveOperationException {
    O options = factory.options().getConstructor(int.class).newInstance(1);
    return factory
        .create(options, new ComponentContext(List.of("same"), KlRange.fixed(0.1)))
        .score(List.of());
  }
}
