package dev.clp.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.ComponentFactory;
import dev.clp.api.Plugin;
import dev.clp.runtime.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The distribution and its launcher: every bundled component through a class loader of its own. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class DistributionIT {

  @TempDir Path folder;

  @Test
  void runsTheQuickstartMadeSmall() {
    Path run = folder.resolve("run");
    ClpProcess.Result result =
        ClpProcess.launch(
            "run",
            "samples/quickstart/quickstart.conf",
            "seeds=[1]",
            "training.steps=2",
            "experts.steps=2",
            "data.evaluation=8",
            "data.calibration=16",
            "evaluation.divisions=2",
            "--output",
            run.toString());
    assertThat(result.status()).as(result.output()).isZero();
    assertThat(run.resolve("report.html")).isNotEmptyFile();
  }

  /** A component from a folder of its own opens a classifier through the runtime. */
  @Test
  void rewardsWithATrainedClassifier() throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"model_type": "llama", "vocab_size": 12, "hidden_size": 8, "intermediate_size": 8,
         "num_hidden_layers": 1, "num_attention_heads": 2, "max_position_embeddings": 32}
        """);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 64; i++) {
      lines.append(
          "{\"premise\": \"%d\", \"hypothesis\": \"%s\", \"label\": \"%s\"}\n"
              .formatted(i, i % 2 < 1 ? "cat" : "dog", i % 2 < 1 ? "entailment" : "neutral"));
    }
    Path data = Files.writeString(folder.resolve("data.jsonl"), lines);
    Path judge = folder.resolve("judge");
    Path conf =
        Files.writeString(
            folder.resolve("reward.conf"),
            "nli {}, config = config.json, output = judge, tokenizer = \""
                + TinyModels.folder()
                + "\"");
    ClpProcess.Result result =
        ClpProcess.launch(
            "train-reward", conf.toString(), "data.files=[\"" + data + "\"]", "epochs=1");
    assertThat(result.status()).as(result.output()).isZero();
    result =
        ClpProcess.launch(
            "run",
            "samples/quickstart/quickstart.conf",
            "seeds=[1]",
            "objectives.faithful { reward = nli, model = \"" + judge + "\" }",
            "training.steps=1",
            "experts.steps=1",
            "data.evaluation=4",
            "data.calibration=16",
            "evaluation.divisions=1",
            "--output",
            folder.resolve("judged").toString());
    assertThat(result.status()).as(result.output()).isZero();
    assertThat(result.output()).contains("faithful");
  }

  @Test
  void listsEveryComponentFromAFolderOfItsOwn() {
    ClpProcess.Result result = ClpProcess.launch("components");
    assertThat(result.status()).as(result.output()).isZero();
    assertThat(result.output())
        .contains("conditioner full-clp", "reward-model rouge-1", "evaluator pareto")
        .doesNotContain("broken");
    // The build has every bundled module on its class path; a folder may lack a library.
    for (ComponentFactory<?, ?> factory :
        ServiceLoader.load(Plugin.class).stream()
            .<ComponentFactory<?, ?>>flatMap(plugin -> plugin.get().components().stream())
            .toList()) {
      assertThat(result.output().lines())
          .as("the distribution's components")
          .anyMatch(line -> line.matches("[a-z-]+ " + factory.name() + " .*"));
    }
    assertThat(result.output().lines().filter(line -> line.startsWith("  from ")))
        .isNotEmpty()
        .allMatch(line -> line.contains("distribution/plugins/"));
  }
}
