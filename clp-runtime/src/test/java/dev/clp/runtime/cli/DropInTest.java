package dev.clp.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.util.Utils;
import dev.clp.runtime.Commands;
import dev.clp.runtime.Commands.Outcome;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole way of a stranger's component: a project of its own, built against the published API,
 * dropped into a folder, named in an experiment, seen in its report.
 */
class DropInTest {

  private static final String VERSION = "0.1.0-SNAPSHOT";

  private static final List<String> WORDS =
      List.of(
          "<unk>", "<s>", "</s>", "a", "bridge", "was", "opened", "in", "the", "town", "of", "it");

  @TempDir Path folder;

  @Test
  void projectsBuildAsTheyAreAndTheirComponentsTakePart() throws Exception {
    Optional<Path> maven = Commands.maven();
    assumeTrue(maven.isPresent(), "mvn is not on the PATH, so no project can be built");
    Path api = Path.of("../clp-api/target/clp-api-" + VERSION + ".jar").toAbsolutePath();
    assumeTrue(
        Files.exists(api), "clp-api is not packaged; run mvn verify, which packages it before");
    Path repository = install(api);

    Path projects = Files.createDirectories(folder.resolve("projects"));
    copy(Path.of("../samples/custom-conditioner"), projects.resolve("custom-conditioner"));
    Map<String, String> kinds =
        Map.of(
            "new-conditioner", "conditioner",
            "new-reward", "reward-model",
            "new-sampler", "sampler",
            "new-evaluator", "evaluator",
            "new-scalarizer", "scalarizer",
            "new-listener", "listener");
    kinds.forEach(
        (name, kind) ->
            assertThat(Clp.execute("new", kind, name, "-o", projects.resolve(name).toString()))
                .isZero());
    build(maven.get(), projects, repository);

    Path plugins = Files.createDirectories(folder.resolve("plugins"));
    Files.copy(
        projects.resolve("custom-conditioner/target/logit-mixing-1.0.jar"),
        plugins.resolve("logit-mixing-1.0.jar"));
    for (String name : kinds.keySet()) {
      Files.copy(
          projects.resolve(name).resolve("target/" + name + "-1.0.jar"),
          plugins.resolve(name + "-1.0.jar"));
    }
    String file = experiment().toString();
    Path cache = Files.createDirectories(folder.resolve("cache"));
    Outcome checked = clp(cache, "--plugins", plugins.toString(), "check", file);
    assertThat(checked.status()).as(checked.output()).isZero();
    assertThat(cache.resolve("pytorch")).as("the engine, unpacked").doesNotExist();

    Path run = folder.resolve("run");
    Path home = Utils.getCacheDir();
    Outcome outcome =
        clp(home, "--debug", "--plugins", plugins.toString(), "run", file, "-o", run.toString());
    assertThat(outcome.status()).as(outcome.output()).isZero();
    assertThat(outcome.output())
        .as("what the listener says of the experts that mixed reads, and of the policy that trains")
        .contains("train-expert 1:0@0.1 (seed 1): step 2 of 2")
        .contains("train-expert 0:1@0.1 (seed 1): step 2 of 2")
        .containsPattern("averaged \\(seed 1\\): step 2 of 2");
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("mixed", "averaged", "Length of responses");
    assertThat(Files.readString(run.resolve("manifest.json")))
        .contains("logit-mixing-1.0.jar", "new-sampler-1.0.jar");

    // The run knows where its plugins were.
    Outcome judged = clp(home, "evaluate", run.toString());
    assertThat(judged.status()).as(judged.output()).isZero();
    assertThat(judged.output()).contains("mixed");
  }

  /** Publishes the API as {@code mvn install} would, into a repository that holds nothing else. */
  private Path install(Path api) throws IOException {
    Path group = folder.resolve("repository/dev/clp");
    Path parent = Files.createDirectories(group.resolve("clp/" + VERSION));
    Files.copy(Path.of("../pom.xml"), parent.resolve("clp-" + VERSION + ".pom"));
    Path own = Files.createDirectories(group.resolve("clp-api/" + VERSION));
    Files.copy(Path.of("../clp-api/pom.xml"), own.resolve("clp-api-" + VERSION + ".pom"));
    Files.copy(api, own.resolve(api.getFileName()));
    String tests = "clp-api-" + VERSION + "-tests.jar";
    Files.copy(api.resolveSibling(tests), own.resolve(tests));
    return folder.resolve("repository");
  }

  private void build(Path maven, Path projects, Path repository) throws Exception {
    List<String> modules;
    try (Stream<Path> list = Files.list(projects)) {
      modules = list.map(project -> project.getFileName().toString()).sorted().toList();
    }
    // One build of all spares the start of several; none of them knows of it.
    Path all =
        Files.writeString(
            projects.resolve("pom.xml"),
            "<project><modelVersion>4.0.0</modelVersion><groupId>testing</groupId>"
                + "<artifactId>all</artifactId><version>1</version><packaging>pom</packaging>"
                + "<modules>"
                + modules.stream()
                    .map(module -> "<module>" + module + "</module>")
                    .collect(Collectors.joining())
                + "</modules></project>");
    // What the outer build has fetched is at hand; the rest comes from where it always does.
    String outer =
        Optional.ofNullable(System.getProperty("localRepository"))
            .map(Path::of)
            .orElse(Path.of(System.getProperty("user.home"), ".m2", "repository"))
            .toUri()
            .toString();
    String source =
        "<id>outer</id><url>%s</url><snapshots><enabled>false</enabled></snapshots>"
            .formatted(outer);
    Path settings =
        Files.writeString(
            folder.resolve("settings.xml"),
            "<settings><profiles><profile><id>outer</id><repositories><repository>"
                + source
                + "</repository></repositories><pluginRepositories><pluginRepository>"
                + source
                + "</pluginRepository></pluginRepositories></profile></profiles>"
                + "<activeProfiles><activeProfile>outer</activeProfile></activeProfiles>"
                + "</settings>");
    Outcome outcome =
        Commands.run(
            projects,
            List.of(
                maven.toString(),
                "--batch-mode",
                "--global-settings",
                settings.toString(),
                "-Dmaven.repo.local=" + repository,
                "--file",
                all.toString(),
                "package"));
    assertThat(outcome.status()).as(outcome.output()).isZero();
    assertThat(outcome.output()).as("the contracts were checked").contains("Tests run: 14");
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(from)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path relative = from.relativize(file);
      if (!relative.startsWith("target")) {
        Path copy = to.resolve(relative.toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private Path experiment() throws IOException {
    Path source = Files.createDirectories(folder.resolve("tokenizer"));
    Files.writeString(
        source.resolve("tokenizer.json"),
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
         "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"},
         "post_processor": null, "decoder": null,
         "model": {"type": "WordLevel", "unk_token": "<unk>", "vocab": {%s}}}
        """
            .formatted(
                IntStream.range(0, WORDS.size())
                    .mapToObj(i -> "\"" + WORDS.get(i) + "\": " + i)
                    .collect(Collectors.joining(", "))));
    try (NDManager manager = Torch.newManager()) {
      TinyModels.write(
          folder.resolve("model"), TinyModels.llama(manager, WORDS.size(), true, 1), source);
    }
    Files.writeString(
        folder.resolve("data.jsonl"),
        IntStream.range(0, 12)
            .mapToObj(i -> "{\"text\": \"the " + WORDS.get(3 + i % 9) + " was\"}\n")
            .collect(Collectors.joining()));
    return Files.writeString(
        folder.resolve("drop-in.conf"),
        """
        model = model
        data { file = data.jsonl, prompt = "{text}", evaluation = 2, calibration = 4 }
        objectives {
          bridge { reward = keyword, keywords = [bridge] }
          length { reward = new-reward, words = 3 }
        }
        sampler = new-sampler
        scalarizer { type = new-scalarizer, factor = 2 }
        listeners { steps { type = new-listener, every = 1 } }
        rollout { max-new-tokens = 12 }
        training { steps = 2, prompts-per-step = 4, samples-per-prompt = 2 }
        policies {
          mixed { conditioner = logit-mixing, scale = 1.5 }
          averaged { conditioner = new-conditioner }
        }
        evaluation { divisions = 2, evaluators { pareto {}, length { type = new-evaluator } } }
        """);
  }

  private Outcome clp(Path engineCache, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // A home without plugins: what somebody has installed is not part of the test.
    command.add("-Duser.home=" + Files.createDirectories(folder.resolve("home")));
    command.add("-DDJL_CACHE_DIR=" + engineCache);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Clp.class.getName());
    command.addAll(List.of(arguments));
    return Commands.run(folder, command);
  }
}
