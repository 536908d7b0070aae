package dev.clp.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code clp components} and {@code clp new}, as a stranger meets them. */
class ComponentCommandsTest {

  @TempDir Path folder;

  private final PrintStream before = System.out;
  private final PrintStream beforeErrors = System.err;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  @BeforeEach
  void capture() {
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void release() {
    System.setOut(before);
    System.setErr(beforeErrors);
  }

  private String out() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return errors.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aNameThatNobodyHasFailsWithASuggestion() {
    assertThat(Clp.execute("components", "dirichle")).isEqualTo(1);
    assertThat(err()).contains("there is no component 'dirichle'; did you mean 'dirichlet'?");
  }

  @Test
  void jsonListsWhatIsBroken() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.jar"), "no JAR");
    assertThat(Clp.execute("components", "--plugins", folder.toString(), "--json", "brevity"))
        .isZero();
    JsonNode listing = new ObjectMapper().readTree(out());
    assertThat(listing.at("/components/0/name").asText()).isEqualTo("brevity");
    assertThat(listing.at("/broken/0/source").asText()).isEqualTo(broken.toString());
    assertThat(listing.at("/broken/0/reason").asText()).contains("is no readable JAR");
  }

  @ParameterizedTest
  @CsvSource({
    "conditioner",
    "reward-model",
    "sampler",
    "scalarizer",
    "evaluator",
    "listener",
  })
  void writesAProjectOfEveryKindAndSaysWhatToInstall(String kind) throws IOException {
    Path project = folder.resolve(kind);
    assertThat(Clp.execute("new", kind, "mine-too", "-o", project.toString())).isZero();
    assertThat(out()).contains("mvn -pl clp-api -am install", "mvn package");
    assertThat(project.resolve("src/main/resources/META-INF/services/dev.clp.api.Plugin"))
        .content()
        .contains("com.example.minetooplugin.MineTooPlugin");
    assertThat(project.resolve("README.md")).content().contains("= mine-too }");
    assertThat(project.resolve("src/main/java/com/example/minetooplugin/MineTooPlugin.java"))
        .content()
        .contains("public final class MineTooPlugin")
        .doesNotContain("@name@");
  }

  @Test
  void newRefusesWhatCannotWork() {
    assertThat(Clp.execute("new", "sampler", "dirichlet", "-o", folder.resolve("p").toString()))
        .isEqualTo(1);
    assertThat(err()).contains("there is a sampler 'dirichlet' already, from ", "another name");
    assertThat(folder.resolve("p")).doesNotExist();
    assertThat(Clp.execute("new", "samplr", "mine", "-o", folder.resolve("p").toString()))
        .isEqualTo(1);
    assertThat(err())
        .contains(
            "there is no project for a 'samplr'; did you mean 'sampler'? The kinds are"
                + " conditioner, reward-model, sampler, scalarizer, evaluator, listener");
  }
}
