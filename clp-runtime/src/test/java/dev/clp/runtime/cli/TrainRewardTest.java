package dev.clp.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.runtime.Checkout;
import dev.clp.runtime.TinyModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command from its arguments to what it prints, and an experiment that uses what it wrote. */
class TrainRewardTest {

  @TempDir Path folder;

  @BeforeEach
  void writeTask() throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"model_type": "llama", "vocab_size": 12, "hidden_size": 16, "intermediate_size": 24,
         "num_hidden_layers": 1, "num_attention_heads": 2, "max_position_embeddings": 32,
         "bos_token_id": 1, "eos_token_id": 2}
        """);
    List<String> lines = new ArrayList<>();
    List<String> words = List.of("red", "green", "blue", "one", "two", "three");
    for (int i = 0; i < 216; i++) {
      lines.add(
          "{\"premise\": \"%s %s %s\", \"hypothesis\": \"%s\", \"label\": \"%s\"}"
              .formatted(
                  words.get(i % 6),
                  words.get(i / 6 % 6),
                  words.get(i / 36),
                  i % 5 < 2 ? "cat" : "dog",
                  i % 5 < 2 ? "entailment" : "neutral"));
    }
    Files.write(folder.resolve("data.jsonl"), lines);
  }

  private record Run(int status, String output) {}

  private Run clp(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream captured = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      System.setOut(captured);
      System.setErr(captured);
      return new Run(Clp.execute(arguments), bytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private Run train(String text, String... overrides) throws IOException {
    Path conf = folder.resolve("reward.conf");
    Files.writeString(
        conf,
        """
        data.files = [data.jsonl]
        config = config.json
        tokenizer = "%s"
        output = judge
        %s
        """
            .formatted(TinyModels.folder(), text));
    List<String> arguments = new ArrayList<>(List.of("train-reward", conf.toString()));
    arguments.addAll(Arrays.asList(overrides));
    return clp(arguments.toArray(String[]::new));
  }

  @Test
  void trainsPrintsAndServesAnExperiment() throws IOException {
    Run run = train("nli {}, epochs = 3, batch = 8", "learning-rate=0.02");
    assertThat(run.status()).as(run.output()).isZero();
    assertThat(run.output())
        .contains("labels [entailment, neutral]", "examples to train on")
        .containsPattern("label: accuracy 1\\.000 \\(0\\.\\d+ to 1\\.000\\) on \\d+ examples")
        .containsPattern("beside majority 0\\.\\d+ ")
        .contains("beside bag of words 1.000", "expected calibration error");
    assertThat(folder.resolve("judge/reward.json")).exists();

    Path experiment = folder.resolve("experiment.conf");
    String text =
        """
        model = %s
        data { file = data.jsonl, prompt = "{premise}", evaluation = 20, calibration = 20 }
        objectives {
          faithful { reward = nli, model = judge, label = LABEL }
          new { reward = nli, model = judge, label = neutral }
          score { reward = preference, model = judge, head = neutral }
        }
        policies { full-clp {} }
        """
            .formatted(Checkout.sample("quickstart").resolve("model"));
    Files.writeString(experiment, text.replace("LABEL", "entailment"));
    Run good = clp("check", experiment.toString());
    assertThat(good.status()).as(good.output()).isZero();
    Run ran =
        clp(
            "run",
            experiment.toString(),
            "seeds=[1]",
            "training { steps = 2, prompts-per-step = 4, samples-per-prompt = 2 }",
            "rollout.max-new-tokens=8",
            "evaluation.divisions=1",
            "--output",
            folder.resolve("run").toString());
    assertThat(ran.status()).as(ran.output()).isZero();
    assertThat(folder.resolve("run/metrics.json")).isNotEmptyFile();
    Files.writeString(experiment, text.replace("LABEL", "entails"));
    Run bad = clp("check", experiment.toString());
    assertThat(bad.status()).isEqualTo(1);
    assertThat(bad.output()).contains("no label 'entails'", "[entailment, neutral]");
  }

  @Test
  void refusesSettingsThatDoNotFit() throws IOException {
    Run run = train("nli {}, batch = 8, bach = 0", "data.test=1");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).contains("reward.conf", "did you mean 'batch'?", "data.test");
    assertThat(train("").output()).contains("expected one of nli, preference and regression");
  }

  @Test
  void helpTeaches() {
    assertThat(clp("train-reward", "--help").output().replaceAll("\\s+", " "))
        .contains("Examples:", "preference { ... }", "chooses nothing", "95 % interval")
        .contains("learning-rate = 5e-4", "nli.premise = premise", "data.files (required)");
    assertThat(clp("sft", "--help").output()).contains("learning-rate = 1e-4", "Examples:");
  }
}
