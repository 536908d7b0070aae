package dev.clp.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.config.Experiment.PolicySpec;
import dev.clp.runtime.config.ExperimentFile;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.experiment.ExperimentCheck;
import dev.clp.runtime.plugin.InstalledComponents;
import dev.clp.runtime.plugin.PluginFolders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of an experiment before it runs. */
class CheckTest {

  private static final String BASE =
      """
      model = model
      data { file = data.jsonl, prompt = "{text}", evaluation = 1, calibration = 2 }
      objectives {
        bridge { reward = keyword, keywords = [bridge] }
        length { reward = brevity }
      }
      kl = 0.1
      policies { full-clp {} }
      """;

  @TempDir Path folder;

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static ExperimentFile files() {
    return new ExperimentFile(
        new InstalledComponents(() -> new PluginFolders(List.of(), List.of(), Optional.empty())));
  }

  private static String printed(String... arguments) {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      assertThat(Clp.execute(arguments)).isZero();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void everythingThatIsMissingIsReportedAtOnce() throws Exception {
    Path file =
        write(
            "wrong.conf",
            BASE
                + """
                objectives.mood { reward = lexicon, file = no-lexicon.txt }
                sampler { type = fixed, weights = [0.5, 0.4, 0.2] }
                """);
    Experiment experiment = files().load(file, List.of());
    assertThatThrownBy(() -> ExperimentCheck.check(experiment))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(
            "model: not a folder", "data.jsonl", "no-lexicon.txt", "weights that sum to 1");
  }

  @Test
  void aModelThatLacksATensorOrHasAnotherShapeIsReported() throws Exception {
    Path model = Files.createDirectories(folder.resolve("model"));
    Files.writeString(
        model.resolve("config.json"),
        """
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 4,
         "hidden_size": 2, "intermediate_size": 2, "num_hidden_layers": 1,
         "num_attention_heads": 1, "tie_word_embeddings": true}
        """);
    write(
        "data.jsonl",
        "{\"text\": \"a\"}\n{\"text\": \"b\"}\n{\"text\": \"c\"}\n{\"text\": \"d\"}\n");
    Experiment experiment = files().load(write("run.conf", BASE), List.of());
    assertThatThrownBy(() -> ExperimentCheck.check(experiment))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("neither model.safetensors nor")
        .hasMessageNotContaining("data.jsonl");
    weights(model, "model.norm.weight", 3);
    assertThatThrownBy(() -> ExperimentCheck.check(experiment))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("model.norm.weight", "(3)", "(2)");
    weights(model, "model.norm.weight", 2);
    assertThatThrownBy(() -> ExperimentCheck.check(experiment))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("lacks the tensors", "model.embed_tokens.weight");
  }

  /** Writes a checkpoint of one vector. */
  private static void weights(Path model, String name, int size) throws IOException {
    byte[] header =
        "{\"%s\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(name, size, 4 * size)
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + 4 * size)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header);
    Files.write(model.resolve("model.safetensors"), bytes.array());
  }

  @Test
  void documentsThatSpellSpecialTokensAreNamed() throws Exception {
    try (NDManager manager = Torch.newManager()) {
      TinyModels.write(
          folder.resolve("model"),
          TinyModels.llama(manager, TinyModels.VOCABULARY, true, 1),
          TinyModels.folder());
    }
    write(
        "data.jsonl",
        """
        {"text": "A bridge opens."}
        {"text": "The tag </s> ends a line."}
        {"text": "The tag < /s> does not."}
        {"text": "Two </s> are </s> one example."}
        """);
    assertThat(ExperimentCheck.check(files().load(write("e.conf", BASE), List.of())))
        .singleElement()
        .asString()
        .contains("2 of 4 examples, 'line-2' first, hold the text '</s>'", "write it otherwise");
  }

  @Test
  void anExperimentIsExplained() throws Exception {
    Path file = write("run.conf", BASE + "policies.soups { conditioner = rewarded-soups }\n");
    assertThat(printed("explain", file.toString(), "training.steps=7"))
        .contains("steps=7", "kl-gate=none")
        .containsPattern("#   conditioner rewarded-soups .*from .*averaging")
        .contains(
            "#   expert 1:0@0.1: 7 steps",
            "#   expert 0:1@0.1: 7 steps",
            "#   policy soups",
            "#   evaluation: 11 weightings of 1 responses");
  }

  /** A base and its variations are one file: a mechanism, swept over options and samplers. */
  @Test
  void aBaseWithVariationsIsOneExperiment() throws Exception {
    write("base.conf", BASE);
    Path file =
        write(
            "sweep.conf",
            """
            include "base.conf"
            seeds = [1, 2, 3]
            policies {
              full-clp = null
              attention { conditioner = attn-clp }
              attention-with-gate = ${policies.attention} { kl-gate = linear }
              attention-on-corners = ${policies.attention} { sampler { type = corners } }
              attention-slowly = ${policies.attention} { training { learning-rate = 1e-5 } }
            }
            """);
    Experiment experiment = files().load(file, List.of());
    assertThat(experiment.seeds()).containsExactly(1L, 2L, 3L);
    assertThat(experiment.policies())
        .containsOnlyKeys(
            "attention", "attention-with-gate", "attention-on-corners", "attention-slowly");
    assertThat(experiment.policies().values())
        .extracting(policy -> policy.conditioner().name())
        .containsOnly("attn-clp");
    PolicySpec plain = experiment.policies().get("attention");
    PolicySpec gate = experiment.policies().get("attention-with-gate");
    assertThat(gate.conditioner()).isNotEqualTo(plain.conditioner());
    assertThat(gate.sampler()).isEqualTo(plain.sampler());
    assertThat(experiment.policies().get("attention-on-corners").sampler().name())
        .isEqualTo("corners");
    assertThat(experiment.policies().get("attention-slowly").training())
        .isNotEqualTo(plain.training());
  }

  @Test
  void anExperimentNamesItsOwnPlugins() throws Exception {
    Path file = write("run.conf", BASE + "plugins { dirs = [none] }");
    assertThatThrownBy(() -> files().load(file, List.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("run.conf", "plugins", "none", "no such plugins folder");
    Path allow = write("allow.conf", BASE + "plugins { allow = [abc] }");
    assertThatThrownBy(() -> files().load(allow, List.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("plugins.allow", "SHA-256 digest of 64 hexadecimal digits");
    Files.createDirectories(folder.resolve("mine"));
    String digest = "0123456789abcdef".repeat(4);
    Path both = write("both.conf", BASE + "plugins { dirs = [mine], allow = [" + digest + "] }");
    Experiment experiment = files().load(both, List.of());
    assertThat(experiment.plugins().dirs()).containsExactly(folder.resolve("mine"));
    Path again = write("again.json", experiment.toJson());
    assertThat(files().load(again, List.of())).isEqualTo(experiment);
  }

  @Test
  void newRefusesWhatIsNoNameOrNoKindOrTaken() throws Exception {
    Path taken = Files.createDirectories(folder.resolve("taken"));
    Files.writeString(taken.resolve("file"), "");
    assertThat(Clp.execute("new", "conditioner", "Loud Name", "-o", folder + "/a")).isEqualTo(1);
    assertThat(Clp.execute("new", "mechanism", "quiet", "-o", folder + "/a")).isEqualTo(1);
    assertThat(Clp.execute("new", "sampler", "quiet", "-o", taken.toString())).isEqualTo(1);
    assertThat(folder.resolve("a")).doesNotExist();
  }

  @Test
  void theSamplesProjectIsWhatNewWrites() throws Exception {
    Path project = folder.resolve("project");
    assertThat(Clp.execute("new", "conditioner", "logit-mixing", "-o", project.toString()))
        .isZero();
    assertThat(project.resolve("pom.xml"))
        .hasSameTextualContentAs(Path.of("../samples/custom-conditioner/pom.xml"));
  }

  @Test
  void componentsShowsWhatIsBrokenWhereverTheFolderIsNamed() throws Exception {
    Path plugins = Files.createDirectories(folder.resolve("plugins"));
    Files.createFile(plugins.resolve("empty.jar"));
    for (String output :
        List.of(
            printed("--plugins", plugins.toString(), "components"),
            printed("components", "--plugins", plugins.toString()))) {
      assertThat(output)
          .contains("reward-model brevity")
          .containsPattern("broken: .*empty.jar: empty.jar is no readable JAR");
    }
  }
}
