package dev.clp.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.clp.api.ComponentFactory;
import dev.clp.api.KlRange;
import dev.clp.api.RewardModel;
import dev.clp.api.Scalarizer;
import dev.clp.api.WeightSampler;
import dev.clp.api.contract.TestContext;
import dev.clp.runtime.config.ComponentFinder;
import dev.clp.runtime.config.ExperimentFile;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComponentRegistryTest {

  @TempDir Path folder;

  private TestJars jars;

  private final List<URLClassLoader> loaders = new ArrayList<>();

  @BeforeEach
  void prepare() {
    jars = new TestJars(folder);
  }

  @AfterEach
  void closeLoaders() throws IOException {
    for (URLClassLoader loader : loaders) {
      loader.close();
    }
  }

  private ComponentSource source(Path place) {
    URLClassLoader loader = new PluginClassLoader(List.of(place));
    loaders.add(loader);
    return new ComponentSource(place.getFileName().toString(), loader);
  }

  private Path constant(String folderName) throws IOException {
    return jars.classes(
        folderName,
        Map.of(
            "Constant",
            TestJars.reward(
                "Constant",
                "constant",
                "1f",
                "@Option(value = \"The score.\", defaultsTo = \"1\") @Min(0) int score")),
        "testing.Constant");
  }

  @Test
  void findsAComponentAndTheJarItCameFrom() throws Exception {
    Path jar = jars.jar(constant("classes"), "constant-1.2.jar", "1.2");
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
    ComponentSource one = source(jars.jar(constant("one"), "one.jar", "1"));
    ComponentSource two = source(jars.jar(constant("two"), "two.jar", "2"));
    assertThatThrownBy(
            () -> new ComponentRegistry(List.of(one, two)).find(RewardModel.class, "constant"))
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
        jars.classes(
            "mixed",
            Map.of(
                "Good", TestJars.reward("Good", "good", "1f", ""),
                "Throwing",
                    TestJars.reward("Throwing", "throwing", "1f", "")
                        .replace(
                            "public String name()",
                            "public Throwing() { throw new IllegalStateException(\"no licence\"); }"
                                + " public String name()"),
                "Helper", "package testing; class Helper { float score() { return 1; } }",
                "Orphan",
                    TestJars.reward("Orphan", "orphan", "1f", "")
                        .replace("class Orphan implements", "class Orphan extends Base implements"),
                "Base", "package testing; public class Base {}",
                "Failing",
                    TestJars.reward("Failing", "failing", "1f", "")
                        .replace("return \"failing\"", "throw new AssertionError(\"not here\")"),
                "Shouting", TestJars.reward("Shouting", "LOUD Name", "1f", ""),
                "Undescribed", TestJars.reward("Undescribed", "undescribed", "1f", "int size"),
                "Reserved",
                    TestJars.reward(
                        "Reserved", "reserved", "1f", "@Option(\"Reward.\") String reward"),
                "Last", TestJars.reward("Last", "last", "1f", "")),
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
            reason -> assertThat(reason).contains("NoClassDefFoundError", "testing.Base"),
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
    Files.writeString(classes.resolve(TestJars.SERVICES), "no class name\ntesting.Constant\n");
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
    Path jar = jars.jar(constant("classes"), "constant.jar", "1.2");
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
    jars.jar(constant("classes"), "constant.jar", "1");
    PluginFolders folders = new PluginFolders(List.of(), List.of(folder), Optional.empty());
    Injector injector =
        Guice.createInjector(new ComponentsModule(new InstalledComponents(() -> folders)));
    assertThat(injector.getInstance(ComponentFinder.class))
        .isSameAs(injector.getInstance(InstalledComponents.class));
    Path file =
        Files.writeString(
            folder.resolve("run.conf"), "objectives { same { reward = constant, score = -1 } }");
    assertThatThrownBy(() -> injector.getInstance(ExperimentFile.class).load(file, List.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(
            "run.conf:1: objectives.same.score: expected at least 0, but found -1",
            "run.conf:1: model: missing");
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
        .create(options, new TestContext(List.of("same"), KlRange.fixed(0.1)))
        .score(List.of());
  }
}
