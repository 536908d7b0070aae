package dev.clp.runtime.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.api.RunEvent.StepCompleted;
import dev.clp.api.RunListener;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.decoder.DecoderModel;
import dev.clp.runtime.model.decoder.LlamaTwins;
import dev.clp.runtime.training.EventLog;
import dev.clp.runtime.training.LoggedSteps;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisedFinetuningTest {

  @TempDir Path folder;

  private TinyTask task;

  @BeforeEach
  void writeTask() throws IOException {
    task = new TinyTask(folder);
  }

  /** The first word of an answer repeats the given one, the second is either of two. */
  private static List<String[]> coins(int repetitions) {
    List<String[]> examples = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      for (int word = 0; word < 4; word++) {
        for (int coin = 10; coin < 12; coin++) {
          examples.add(new String[] {"w" + word, "w" + word + " w" + coin});
        }
      }
    }
    return examples;
  }

  private RunListener heard(String output, List<FinetuningStep> events) {
    return LoggedSteps.of(
        folder.resolve(output).resolve("training"), FinetuningStep.class, events::add);
  }

  @Test
  void lossFallsToTheEntropy() throws IOException {
    task.examples("train.jsonl", coins(10));
    task.examples("validation.jsonl", coins(1));
    List<FinetuningStep> events = new ArrayList<>();
    FinetuningResult result =
        SupervisedFinetuning.run(
            task.options("sft.conf", "steps = 200, data.validation-file = validation.jsonl"),
            heard("out", events));
    assertThat(events).hasSize(200);
    assertThat(events.get(0).loss())
        .as("a new model knows nothing")
        .isCloseTo(Math.log(TinyTask.VOCABULARY), within(0.05));
    // Of three tokens, the copy and the end are certain and the coin has one bit.
    assertThat(result.validationLoss()).isCloseTo(Math.log(2) / 3, within(0.01));
    assertThat(result.isStoppedEarly()).isFalse();
  }

  @Test
  void leavesNoArraysBehind() throws IOException {
    task.examples("train.jsonl", coins(4));
    FinetuningOptions options = task.options("sft.conf", "steps = 3, data.validation = 8");
    int before = Torch.liveArrays();
    SupervisedFinetuning.run(options, event -> {});
    assertThat(Torch.liveArrays()).isEqualTo(before);
  }

  @Test
  void killedAndResumedEqualsUninterrupted() throws Exception {
    task.examples("train.jsonl", coins(4));
    String more =
        "steps = 20, checkpoint-every = 5, evaluate-every = 4, data.validation = 8, output = ";
    SupervisedFinetuning.run(task.options("whole.conf", more + "whole"), event -> {});
    FinetuningOptions killed = task.options("killed.conf", more + "killed");

    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                "-Dai.djl.offline=true",
                KilledFinetuning.class.getName(),
                folder.resolve("killed.conf").toString(),
                "12")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader reader = process.inputReader()) {
      assertThat(reader.readLine()).isEqualTo("reached 12");
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(folder.resolve("killed/model.safetensors")).doesNotExist();

    List<FinetuningStep> events = new ArrayList<>();
    SupervisedFinetuning.run(killed, heard("killed", events));

    assertThat(events.get(0).step()).as("the first step after the checkpoint").isEqualTo(11);
    assertThat(folder.resolve("killed/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("whole/model.safetensors"));
    assertThat(log("killed")).isEqualTo(log("whole")).hasSize(20);
  }

  /** Returns the logged steps without the wall clock. */
  private List<FinetuningStep> log(String output) {
    return EventLog.read(
            folder.resolve(output).resolve("training/events.jsonl"), FinetuningStep.class)
        .stream()
        .map(
            step ->
                new FinetuningStep(
                    step.step(),
                    step.learningRate(),
                    step.loss(),
                    step.gradientNorm(),
                    0,
                    step.validationLoss()))
        .toList();
  }

  @Test
  void stopsEarlyAndKeepsTheBest() throws IOException {
    task.examples("train.jsonl", coins(4));
    // After a while, training only makes the model surer of what validation contradicts.
    List<String[]> contradicting = new ArrayList<>();
    for (int word = 0; word < 4; word++) {
      contradicting.add(new String[] {"w" + word, "w" + (word + 1) % 4 + " w10"});
      contradicting.add(new String[] {"w" + word, "w" + (word + 2) % 4 + " w11"});
    }
    task.examples("validation.jsonl", contradicting);
    FinetuningOptions options =
        task.options(
            "sft.conf",
            """
            steps = 400, evaluate-every = 10, patience = 3, checkpoint-every = 7
            data.validation-file = validation.jsonl
            """);
    List<FinetuningStep> events = new ArrayList<>();
    FinetuningResult result = SupervisedFinetuning.run(options, heard("out", events));

    assertThat(result.isStoppedEarly()).isTrue();
    assertThat(result.steps()).isEqualTo(result.bestStep() + 30).isEqualTo(events.size());
    assertThat(result.validationLoss())
        .isEqualTo(
            events.stream()
                .map(FinetuningStep::validationLoss)
                .flatMapToDouble(OptionalDouble::stream)
                .min()
                .getAsDouble());
    assertThat(plainLoss(options.output(), contradicting))
        .isCloseTo(result.validationLoss(), within(1e-5));

    FinetuningResult again =
        SupervisedFinetuning.run(
            options, event -> assertThat(event).isNotInstanceOf(StepCompleted.class));
    assertThat(again.bestStep()).isEqualTo(result.bestStep());
    assertThat(again.validationLoss()).isEqualTo(result.validationLoss());
    assertThat(plainLoss(options.output(), contradicting))
        .isCloseTo(result.validationLoss(), within(1e-5));
  }

  /** The loss of a written folder on the answers and their ends, by a plain forward pass. */
  private static double plainLoss(Path output, List<String[]> examples) {
    try (NDManager manager = Torch.newManager()) {
      ModelFolder read = ModelFolder.read(manager, output);
      double sum = 0;
      int count = 0;
      try (TextTokenizer tokenizer = read.tokenizer()) {
        for (String[] example : examples) {
          long[] all = tokenizer.encode(example[0] + " " + example[1] + " ");
          long[] tokens = Arrays.copyOf(all, all.length + 1);
          tokens[all.length] = 2;
          NDArray logProbabilities =
              LlamaTwins.logits(manager, (DecoderModel) read.model(), tokens).logSoftmax(-1);
          for (int i = tokenizer.encode(example[0]).length; i < tokens.length; i++) {
            sum -= logProbabilities.get(new NDIndex(i - 1, tokens[i])).getFloat();
            count++;
          }
        }
      }
      return sum / count;
    }
  }

  @Test
  void writesWhatHuggingFaceReads() throws IOException {
    task.examples("train.jsonl", coins(4));
    Files.writeString(task.path("tokenizer_config.json"), "{}");
    FinetuningOptions options = task.options("sft.conf", "epochs = 1.5, data.validation = 8");
    FinetuningResult result = SupervisedFinetuning.run(options, event -> {});
    assertThat(result.steps()).as("24 examples in batches of 8").isEqualTo(5);

    ObjectMapper json = new ObjectMapper();
    JsonNode generation = json.readTree(task.path("out/generation_config.json").toFile());
    assertThat(generation.path("bos_token_id").asInt()).isEqualTo(1);
    assertThat(generation.path("eos_token_id").asInt()).isEqualTo(2);
    JsonNode config = json.readTree(task.path("out/config.json").toFile());
    assertThat(config.path("architectures").path(0).asText()).isEqualTo("LlamaForCausalLM");
    assertThat(config.path("vocab_size").asInt()).isEqualTo(TinyTask.VOCABULARY);
    byte[] weights = Files.readAllBytes(task.path("out/model.safetensors"));
    int header = (int) ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN).getLong();
    JsonNode tensors = json.readTree(new String(weights, 8, header, StandardCharsets.UTF_8));
    assertThat(tensors.at("/__metadata__/format").asText()).isEqualTo("pt");
    assertThat(tensors.path("lm_head.weight").path("shape").toString()).isEqualTo("[43,16]");
    assertThat(task.path("out/tokenizer.json")).hasSameBinaryContentAs(task.path("tokenizer.json"));
    assertThat(task.path("out/tokenizer_config.json")).hasContent("{}");
  }

  @Test
  void finetunesAWrittenModelFurther() throws IOException {
    task.examples("train.jsonl", coins(4));
    FinetuningResult pretrained =
        SupervisedFinetuning.run(
            task.options("sft.conf", "steps = 60, data.validation = 8"), event -> {});
    Path conf = task.path("further.conf");
    Files.writeString(
        conf,
        """
        model = out
        data { file = train.jsonl, prompt = "{given}", response = "{answer}", validation = 8 }
        output = further, steps = 20, learning-rate = 0.002, batch = 8
        """);
    List<FinetuningStep> events = new ArrayList<>();
    FinetuningResult further =
        SupervisedFinetuning.run(FinetuningOptions.load(conf, List.of()), heard("further", events));
    assertThat(events.get(0).loss())
        .as("finetuning begins where pretraining ended")
        .isCloseTo(pretrained.validationLoss(), within(0.2));
    assertThat(further.validationLoss()).isLessThan(pretrained.validationLoss());
  }

  @Test
  void refusesTheCheckpointOfAnotherTraining() throws IOException {
    task.examples("train.jsonl", coins(4));
    String more = "data.validation = 8, steps = 4, seed = ";
    SupervisedFinetuning.run(task.options("sft.conf", more + 1), event -> {});
    FinetuningOptions other = task.options("sft.conf", more + 2);
    assertThatThrownBy(() -> SupervisedFinetuning.run(other, event -> {}))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("seed was 1 and is now 2")
        .hasMessageContaining("delete the folder to start anew");
  }

  @Test
  void saysWhenTrainingDiverges() throws IOException {
    task.examples("train.jsonl", coins(4));
    FinetuningOptions options =
        task.options(
            "sft.conf", "data.validation = 8, steps = 50, warmup-steps = 0, learning-rate = 1e30");
    assertThatThrownBy(() -> SupervisedFinetuning.run(options, event -> {}))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("not finite at step")
        .hasMessageContaining("lower learning-rate");
  }
}
