package dev.clp.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proves that the build rejects components that depend on the runtime. */
class DependencyRuleTest {

  private static final String MESSAGE =
      "A component depends on clp-api and never on clp-runtime: what it needs from the runtime"
          + " belongs into the API.";

  @TempDir Path folder;

  @Test
  void componentsThatDependOnTheRuntimeAreRejected() throws Exception {
    Optional<Path> maven = maven();
    assumeTrue(maven.isPresent(), "mvn is not on the PATH, so the rule cannot be tried");
    List<String> command =
        new ArrayList<>(
            List.of(
                maven.get().toString(),
                // The build that runs this test has fetched the plugin that checks the rule; the
                // runtime itself need not be installed, since the rule looks at its name alone.
                "--offline",
                "--batch-mode",
                "--fail-at-end",
                "--file",
                Path.of("src/test/projects/pom.xml").toAbsolutePath().toString(),
                "validate"));
    String localRepository = System.getProperty("localRepository");
    if (localRepository != null) {
      command.add("-Dmaven.repo.local=" + localRepository);
    }
    Path log = folder.resolve("log.txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("the build ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String output = Files.readString(log);
    assertThat(process.exitValue()).as(output).isNotZero();
    for (String project : List.of("plugin-on-runtime", "reward-model-on-runtime")) {
      assertThat(output)
          .containsPattern(
              "\\(api-only\\) on project " + project + ":[^(]*" + Pattern.quote(MESSAGE));
    }
  }

  private static Optional<Path> maven() {
    boolean isWindows = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows");
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Arrays.stream(path.split(File.pathSeparator))
        .map(folder -> Path.of(folder, isWindows ? "mvn.cmd" : "mvn"))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
