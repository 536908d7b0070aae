package dev.clp.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.json.PackageVersion;
import dev.clp.api.ApiVersion;
import dev.clp.api.Completion;
import dev.clp.api.ComponentFactory;
import dev.clp.api.Example;
import dev.clp.api.KlRange;
import dev.clp.api.RewardModel;
import dev.clp.api.contract.TestContext;
import dev.clp.runtime.Commands;
import dev.clp.runtime.config.ExperimentFile;
import dev.clp.runtime.config.PluginOptions;
import dev.clp.runtime.error.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of JARs that are dropped into a folder. */
class PluginFoldersTest {

  @TempDir Path folder;

  private TestJars work;
  private TestJars plugins;
  private Path dropped;

  @BeforeEach
  void prepare() throws IOException {
    work = new TestJars(folder.resolve("work"));
    dropped = Files.createDirectories(folder.resolve("plugins")).toRealPath();
    plugins = new TestJars(dropped);
  }

  private ComponentRegistry load() {
    return new PluginFolders(List.of(), List.of(dropped), Optional.empty()).load();
  }

  /** Drops a JAR with one reward whose class is called as the reward, with a capital. */
  private Path drop(String name, String source, String jar) throws IOException {
    String type = type(name);
    return plugins.jar(work.classes(jar, Map.of(type, source), "testing." + type), jar, "1");
  }

  private Path drop(String name) throws IOException {
    return drop(name, TestJars.reward(type(name), name, "1f", ""), name + ".jar");
  }

  private static String type(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  private static RewardModel create(ComponentRegistry registry, String name) {
    return create(registry.find(RewardModel.class, name));
  }

  private static <O extends Record> RewardModel create(ComponentFactory<RewardModel, O> factory) {
    try {
      return factory.create(
          factory.options().getConstructor().newInstance(),
          new TestContext(List.of("one"), KlRange.fixed(0.1)));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static float score(RewardModel reward) {
    return reward.score(List.of(new Completion(Example.of("x", ""), "")))[0];
  }

  /** Asserts that one plugin is broken for a reason, and that a sound one works beside it. */
  private void assertBroken(Path broken, String... reason) throws IOException {
    drop("sound");
    ComponentRegistry registry = load();
    assertThat(score(create(registry, "sound"))).isEqualTo(1f);
    assertThat(registry.broken()).hasSize(1);
    BrokenComponent found = registry.broken().get(0);
    assertThat(found.source()).isEqualTo(broken.toString());
    assertThat(found.reason()).contains(reason).doesNotContain("\n");
  }

  @Test
  void jarsAndFoldersOfJarsAreFoundBesideTheClassPath() throws Exception {
    Path jar = drop("single");
    Path classes =
        work.classes(
            "many", Map.of("Many", TestJars.reward("Many", "many", "2f", "")), "testing.Many");
    Path inFolder = plugins.jar(classes, "many/many.jar", "3");
    Files.writeString(dropped.resolve("README.txt"), "Not a plugin.");
    Files.createDirectories(dropped.resolve("empty"));
    ComponentRegistry registry = load();
    assertThat(registry.broken()).isEmpty();
    assertThat(registry.origin(RewardModel.class, "single").location()).isEqualTo(jar);
    assertThat(registry.origin(RewardModel.class, "many"))
        .isEqualTo(new ComponentOrigin(inFolder, Optional.of("3")));
    assertThat(score(create(registry, "many"))).isEqualTo(2f);
    assertThat(registry.find(RewardModel.class, "brevity").getClass().getClassLoader())
        .as("the class path's own component")
        .isSameAs(getClass().getClassLoader());
  }

  /** Drops a folder with a reward whose score is what {@code body} computes, and its library. */
  private Path dropWithLibrary(String name, Path library, String body) throws IOException {
    String source =
        TestJars.reward(type(name), name, "1f", "")
            .replace("java.util.Arrays.fill(scores, 1f);", body);
    Path classes =
        work.classes(name, List.of(library), Map.of(type(name), source), "testing." + type(name));
    Path jar = plugins.jar(classes, name + "/" + name + ".jar", "1");
    Files.copy(library, jar.resolveSibling(library.getFileName()));
    return jar;
  }

  @Test
  void pluginsCarryDifferentVersionsOfOneLibrary() throws Exception {
    Path old = Path.of("target/two-versions/jackson-core-2.10.5.jar");
    Path recent = Path.of("target/two-versions/jackson-core-2.15.4.jar");
    String minor =
        "java.util.Arrays.fill(scores,"
            + " com.fasterxml.jackson.core.json.PackageVersion.VERSION.getMinorVersion());";
    dropWithLibrary("old", old, minor);
    // Limits on what is parsed came with 2.15: with the other version this class could not link.
    Path jar =
        dropWithLibrary(
            "recent",
            recent,
            minor
                + " if (com.fasterxml.jackson.core.StreamReadConstraints.defaults()"
                + ".getMaxNestingDepth() != 1000) { throw new IllegalStateException(); }");
    ComponentRegistry registry = load();
    assertThat(registry.broken()).isEmpty();
    RewardModel first = create(registry, "old");
    RewardModel second = create(registry, "recent");
    assertThat(score(first)).isEqualTo(10f);
    assertThat(score(second)).isEqualTo(15f);
    assertThat(score(first)).isEqualTo(10f);
    assertThat(PackageVersion.VERSION.getMinorVersion()).as("the runtime's").isGreaterThan(15);

    List<ComponentOrigin> origins = ComponentOrigin.allOf(second.getClass());
    assertThat(origins)
        .extracting(ComponentOrigin::location)
        .containsExactly(jar, jar.resolveSibling(recent.getFileName()));
    assertThat(origins.get(1).version()).hasValue("2.15.4");
  }

  @Test
  void aPluginSeesJavaItsOwnAndTheSharedPackagesOnly() throws Exception {
    Path jar = drop("isolated");
    try (PluginClassLoader loader = new PluginClassLoader(List.of(jar))) {
      assertThat(loader.loadClass("java.sql.Driver").getName()).isEqualTo("java.sql.Driver");
      assertThat(loader.loadClass("dev.clp.api.RewardModel")).isSameAs(RewardModel.class);
      for (String shared :
          List.of(
              "ai.djl.ndarray.NDArray",
              "jakarta.validation.constraints.Min",
              "org.slf4j.LoggerFactory")) {
        assertThat(loader.loadClass(shared)).isSameAs(Class.forName(shared));
      }
      for (String hidden :
          List.of(
              "dev.clp.runtime.plugin.ComponentRegistry",
              "com.google.inject.Guice",
              "com.fasterxml.jackson.core.JsonFactory")) {
        assertThatThrownBy(() -> loader.loadClass(hidden))
            .isInstanceOf(ClassNotFoundException.class);
      }
      assertThat(loader.loadClass("testing.Isolated").getClassLoader()).isSameAs(loader);
      assertThat(loader.getResources(TestJars.SERVICES).asIterator())
          .as("lists of services, though the class path is full of them")
          .toIterable()
          .hasSize(1);
    }
  }

  @Test
  void theContextLoaderIsThePluginsOwnWhileItsCodeIsEntered() throws Exception {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    drop(
        "context",
        TestJars.reward("Context", "context", "1f", "")
            .replace(
                "public String name()",
                "public Context() { if (Thread.currentThread().getContextClassLoader() !="
                    + " getClass().getClassLoader()) { throw new IllegalStateException(); } }"
                    + " public String name()"),
        "context.jar");
    assertThat(load().broken()).isEmpty();
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }

  @Test
  void twoVersionsOfAComponentAreListedAndStopOnlyWhatUsesThem() throws Exception {
    drop("other");
    drop("twice", TestJars.reward("Twice", "twice", "1f", ""), "one.jar");
    drop("twice", TestJars.reward("Twice", "twice", "2f", ""), "two.jar");
    ComponentRegistry registry = load();
    assertThat(score(create(registry, "other"))).isEqualTo(1f);
    assertThat(registry.broken())
        .singleElement()
        .extracting(BrokenComponent::reason, InstanceOfAssertFactories.STRING)
        .contains("reward-model 'twice'", "one.jar", "two.jar", "remove one");
    assertThatThrownBy(() -> registry.find(RewardModel.class, "twice"))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("reward-model 'twice'", "one.jar", "two.jar", "remove one");
  }

  @Test
  void aCopyOfAJarIsTheSameComponent() throws Exception {
    Path jar = drop("copied");
    Files.copy(jar, jar.resolveSibling("copy-of-copied.jar"));
    Files.copy(jar, Files.createDirectories(dropped.resolve("both")).resolve("a.jar"));
    Files.copy(jar, dropped.resolve("both/b.jar"));
    ComponentRegistry registry = load();
    assertThat(registry.broken()).isEmpty();
    assertThat(score(create(registry, "copied"))).isEqualTo(1f);
  }

  @Test
  void twoVersionsInOneFolderAreListed() throws Exception {
    Path first = drop("double", TestJars.reward("Double", "double", "1f", ""), "d/one.jar");
    drop("double", TestJars.reward("Double", "double", "2f", ""), "d/two.jar");
    assertBroken(first.getParent(), "one.jar and two.jar both bring testing.Double", "remove one");
  }

  @Test
  void aNameOfABundledComponentIsTaken() throws Exception {
    drop("brevity");
    ComponentRegistry registry = load();
    assertThatThrownBy(() -> registry.find(RewardModel.class, "brevity"))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("reward-model 'brevity'", "brevity.jar", "remove one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"wow!", "c#", "100%20 done", "a+b", "\u00fcbung"})
  void foldersOfAnyNameAreRead(String name) throws Exception {
    Path jar = drop("odd", TestJars.reward("Odd", "odd", "1f", ""), name + "/odd.jar");
    ComponentRegistry registry = load();
    assertThat(registry.broken()).isEmpty();
    assertThat(registry.origin(RewardModel.class, "odd").location()).isEqualTo(jar);
    assertThat(score(create(registry, "odd"))).isEqualTo(1f);
  }

  /** Returns the source of a reward whose class runs a statement when it is initialised. */
  private static String initialised(String type, String name, String statement) {
    return TestJars.reward(type, name, "1f", "")
        .replace("public String name()", "static { " + statement + " } public String name()");
  }

  @Test
  void theCauseOfAStaticInitialisersFailureIsShown() throws Exception {
    String source =
        initialised("Init", "init", "if (true) throw new IllegalStateException(\"no licence\");");
    assertBroken(drop("init", source, "init.jar"), "IllegalStateException: no licence");
  }

  @Test
  void aPluginThatHangsWhileLoadingIsListed() throws Exception {
    Path jar =
        drop(
            "hanging",
            initialised(
                "Hanging",
                "hanging",
                "try { Thread.sleep(60_000); } catch (InterruptedException e) { }"),
            "hanging.jar");
    ComponentRegistry registry =
        new ComponentRegistry(
            List.of(new ComponentSource("hanging", new PluginClassLoader(List.of(jar)))),
            List.of(),
            Duration.ofSeconds(1));
    assertThat(registry.broken())
        .singleElement()
        .isEqualTo(
            new BrokenComponent(
                jar.toString(),
                "it did not finish loading within 1 s; remove it, or ask its author to load"
                    + " without waiting"));
  }

  /** Ends a program of its own, since it would end this one. */
  @Test
  void aPluginThatEndsTheProgramWhileLoadingMakesTheCommandFail() throws Exception {
    Path jar = drop("leaving", initialised("Leaving", "leaving", "System.exit(0);"), "leaving.jar");
    Commands.Outcome outcome =
        Commands.run(
            folder,
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.clp.runtime.cli.Clp",
                "components",
                "--plugins",
                dropped.toString()));
    assertThat(outcome.status()).as(outcome.output()).isEqualTo(1);
    assertThat(outcome.output())
        .contains("clp: " + jar + ": this plugin ended the program while it was loaded");
  }

  @Test
  void whatAPluginPrintsWhileLoadingIsNoOutputOfTheCommand() throws Exception {
    drop("loud", initialised("Loud", "loud", "System.out.println(\"hello\");"), "loud.jar");
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertThat(score(create(load(), "loud"))).isEqualTo(1f);
    } finally {
      System.setOut(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void aPluginBringsSeveralComponentsAndAJarOfAnEarlierVersionListsItsFactories() throws Exception {
    Path classes =
        work.classes(
            "several",
            Map.of(
                "One", TestJars.reward("One", "one", "1f", ""),
                "Two", TestJars.reward("Two", "two", "2f", ""),
                "Both",
                    "package testing; import dev.clp.api.*; import java.util.List;"
                        + " public class Both implements Plugin { public"
                        + " List<ComponentFactory<?, ?>> components() {"
                        + " return List.of(new One(), new Two()); } }"),
            "testing.Both");
    plugins.jar(classes, "several.jar", "1");
    Path former =
        work.classes("former", Map.of("Former", TestJars.reward("Former", "former", "3f", "")));
    Files.move(
        former.resolve(TestJars.SERVICES),
        former.resolve("META-INF/services/dev.clp.api.ComponentFactory"));
    Files.writeString(
        former.resolve("META-INF/services/dev.clp.api.ComponentFactory"), "testing.Former");
    plugins.jar(former, "former.jar", "1");
    ComponentRegistry registry = load();
    assertThat(registry.broken()).isEmpty();
    assertThat(score(create(registry, "one"))).isEqualTo(1f);
    assertThat(score(create(registry, "two"))).isEqualTo(2f);
    assertThat(score(create(registry, "former"))).isEqualTo(3f);
  }

  @Test
  void aRunThatBringsPluginsRunsNoneOfThemUnlessTheUserNamesTheirFolder() throws Exception {
    Path run = Files.createDirectories(folder.resolve("run"));
    Path theirs = Files.createDirectories(run.resolve("plugins"));
    Path classes =
        work.classes(
            "theirs",
            Map.of("Theirs", TestJars.reward("Theirs", "theirs", "1f", "")),
            "testing.Theirs");
    new TestJars(theirs).jar(classes, "theirs.jar", "1");
    Path experiment =
        Files.writeString(
            run.resolve("experiment.json"),
            "{\"plugins\": {\"dirs\": [\"plugins\"]}, \"objectives\": {\"a\": {\"reward\": \"theirs\"}}}");
    assertThatThrownBy(() -> files(List.of()).loadRun(experiment))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(
            "brings plugins of its own", "--plugins " + theirs.toAbsolutePath().normalize());
    // Then only what else the file lacks is wrong with it, and its reward is found.
    assertThatThrownBy(() -> files(List.of(theirs)).loadRun(experiment))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("model")
        .hasMessageNotContaining("theirs");
  }

  private static ExperimentFile files(List<Path> folders) {
    return new ExperimentFile(
        new InstalledComponents(() -> new PluginFolders(List.of(), folders, Optional.empty())));
  }

  private Path versioned(String apiVersion) throws IOException {
    Path classes =
        work.classes(
            "versioned",
            Map.of("Versioned", TestJars.reward("Versioned", "versioned", "1f", "")),
            "testing.Versioned");
    return plugins.jar(
        classes,
        "versioned.jar",
        Map.of(new Attributes.Name(ApiVersion.MANIFEST_ATTRIBUTE), apiVersion));
  }

  @Test
  void aJarForAnotherMajorVersionOfTheApiIsRefused() throws Exception {
    assertBroken(
        versioned("7.2"),
        "versioned.jar was built against version 7.2 of the API, but this is version "
            + ApiVersion.CURRENT);
  }

  @Test
  void anApiVersionThatIsNoneIsRefused() throws Exception {
    assertBroken(versioned("latest"), "states 'latest' as its Clp-Api-Version");
  }

  @Test
  void aJarForAnotherMinorVersionOfTheApiIsAccepted() throws Exception {
    versioned(ApiVersion.CURRENT.replaceFirst("\\..*", "") + ".99.1-SNAPSHOT");
    assertThat(score(create(load(), "versioned"))).isEqualTo(1f);
  }

  @Test
  void aCorruptJarIsListed() throws Exception {
    Path jar = drop("corrupt");
    byte[] bytes = Files.readAllBytes(jar);
    Files.write(jar, Arrays.copyOf(bytes, bytes.length / 2));
    assertBroken(jar, "corrupt.jar is no readable JAR", "copy or build it again");
  }

  @Test
  void anEmptyFileIsListed() throws Exception {
    assertBroken(Files.createFile(dropped.resolve("empty.jar")), "empty.jar is no readable JAR");
  }

  @Test
  void aCorruptClassIsListed() throws Exception {
    Path classes =
        work.classes(
            "garbled",
            Map.of("Garbled", TestJars.reward("Garbled", "garbled", "1f", "")),
            "testing.Garbled");
    Files.write(classes.resolve("testing/Garbled.class"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    assertBroken(plugins.jar(classes, "garbled.jar", "1"), "ClassFormatError", "testing/Garbled");
  }

  @Test
  void aServiceFileThatNamesAMissingClassIsListed() throws Exception {
    Path classes =
        work.classes(
            "missing", Map.of("Other", "package testing; class Other {}"), "testing.Missing");
    assertBroken(plugins.jar(classes, "missing.jar", "1"), "testing.Missing", "not found");
  }

  @Test
  void aJarWithoutAServiceFileIsListed() throws Exception {
    Path classes = work.classes("library", Map.of("Other", "package testing; class Other {}"));
    Files.delete(classes.resolve(TestJars.SERVICES));
    assertBroken(plugins.jar(classes, "library.jar", "1"), "no component is listed", "a folder");
  }

  @Test
  void aConstructorThatThrowsIsListed() throws Exception {
    String source =
        TestJars.reward("Throwing", "throwing", "1f", "")
            .replace(
                "public String name()",
                "public Throwing() { throw new IllegalStateException(\"no licence\"); }"
                    + " public String name()");
    assertBroken(drop("throwing", source, "throwing.jar"), "testing.Throwing", "no licence");
  }

  @Test
  void anAbsentDependencyIsListed() throws Exception {
    Path classes =
        work.classes(
            "orphan",
            Map.of(
                "Orphan",
                TestJars.reward("Orphan", "orphan", "1f", "")
                    .replace("class Orphan implements", "class Orphan extends Base implements"),
                "Base",
                "package testing; public class Base {}"),
            "testing.Orphan");
    Files.delete(classes.resolve("testing/Base.class"));
    assertBroken(
        plugins.jar(classes, "orphan.jar", "1"), "it needs the class testing.Base", "folder");
  }

  @Test
  void aJarForANewerJavaIsListed() throws Exception {
    Path classes =
        work.classes(
            "future",
            Map.of("Future", TestJars.reward("Future", "future", "1f", "")),
            "testing.Future");
    Path type = classes.resolve("testing/Future.class");
    byte[] bytes = Files.readAllBytes(type);
    // The major version is the second half of the word behind the magic number.
    int newer = Runtime.version().feature() + 1;
    bytes[6] = 0;
    bytes[7] = (byte) (newer + 44);
    Files.write(type, bytes);
    assertBroken(
        plugins.jar(classes, "future.jar", "1"),
        "built for Java " + newer + ", but this is Java " + Runtime.version().feature());
  }

  @Test
  void onlyListedDigestsMayLoadAndNoneOfTheOthersCodeRuns() throws Exception {
    Path trusted = drop("trusted");
    Path stranger =
        drop(
            "stranger",
            TestJars.reward("Stranger", "stranger", "1f", "")
                .replace(
                    "public String name()",
                    "static { System.setProperty(\"testing.stranger\", \"ran\"); }"
                        + " public String name()"),
            "stranger.jar");
    InstalledComponents installed =
        new InstalledComponents(
            () -> new PluginFolders(List.of(), List.of(dropped), Optional.empty()));
    String digest = new ComponentOrigin(trusted, Optional.empty()).sha256();
    PluginOptions options = new PluginOptions(List.of(), Optional.of(List.of(digest)));
    assertThat(installed.with(options).find(RewardModel.class, "trusted").name())
        .isEqualTo("trusted");
    assertThatThrownBy(() -> installed.with(options).find(RewardModel.class, "stranger"))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(stranger.toString(), "plugins.allow", "if you trust the JAR");
    assertThat(System.getProperty("testing.stranger")).isNull();
  }

  @Test
  void bundledPluginsLoadTheSameWayAndNeedNoLeave() throws Exception {
    drop("shipped");
    ComponentRegistry registry =
        new PluginFolders(List.of(dropped), List.of(), Optional.of(Set.of())).load();
    assertThat(registry.find(RewardModel.class, "shipped").getClass().getClassLoader())
        .isInstanceOf(PluginClassLoader.class);
  }

  @Test
  void theStandardFoldersAreTheDistributionsTheUsersAndThoseNamed() throws Exception {
    Path home = Files.createDirectories(folder.resolve("home"));
    Path own = Files.createDirectories(home.resolve(".clp/plugins"));
    String before = System.getProperty("user.home");
    System.setProperty("user.home", home.toString());
    System.setProperty(PluginFolders.BUNDLED_PROPERTY, "shipped");
    try {
      assertThat(PluginFolders.standard(List.of(dropped)))
          .isEqualTo(
              new PluginFolders(
                  List.of(Path.of("shipped")), List.of(own, dropped), Optional.empty()));
    } finally {
      System.setProperty("user.home", before);
      System.clearProperty(PluginFolders.BUNDLED_PROPERTY);
    }
    assertThatThrownBy(() -> PluginFolders.standard(List.of(folder.resolve("none"))))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("none", "no such plugins folder", "create it");
  }
}
