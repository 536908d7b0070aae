package dev.clp.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.clp.runtime.Commands;
import dev.clp.runtime.Commands.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Proves that the build rejects components that depend on the runtime. */
class DependencyRuleTest {

  private static final String MESSAGE =
      "A component depends on clp-api and never on clp-runtime: what it needs from the runtime"
          + " belongs into the API.";

  @Test
  void componentsThatDependOnTheRuntimeAreRejected() throws Exception {
    Optional<Path> maven = Commands.maven();
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
    Outcome outcome = Commands.run(Path.of("."), command);
    String output = outcome.output();
    assertThat(outcome.status()).as(output).isNotZero();
    for (String project : List.of("plugin-on-runtime", "reward-model-on-runtime")) {
      assertThat(output)
          .containsPattern(
              "\\(api-only\\) on project " + project + ":[^(]*" + Pattern.quote(MESSAGE));
    }
  }
}
