package dev.clp.runtime.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Example;
import dev.clp.api.Policy;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.Request;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.rollout.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A T5 learns responses to prompts, and is refused texts without any. */
class EncoderDecoderFinetuningTest {

  private static final String CONFIG =
      "{\"model_type\":\"t5\",\"vocab_size\":43,\"d_model\":16,\"d_kv\":8,\"d_ff\":32,"
          + "\"num_layers\":1,\"num_heads\":2,\"eos_token_id\":2}";

  @TempDir Path folder;
  private TinyTask task;

  @BeforeEach
  void write() throws IOException {
    task = new TinyTask(folder);
    Files.writeString(task.path("config.json"), CONFIG);
    List<String[]> examples = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      examples.add(new String[] {"w" + i % 7 + " w" + i % 3, "w" + (10 + i % 3)});
    }
    task.examples("train.jsonl", examples);
  }

  @Test
  void learnsResponsesAndWritesThemAsTextsOfTheirOwn() throws IOException {
    FinetuningResult result =
        SupervisedFinetuning.run(
            task.options("sft.conf", "steps = 160, data.validation = 10, learning-rate = 0.01"),
            event -> {});
    assertThat(result.validationLoss()).isLessThan(0.3);
    try (NDManager manager = Torch.newManager();
        ModelFolder read = ModelFolder.read(manager, task.path("out"))) {
      String text =
          Generator.of(read)
              .generate(
                  manager,
                  List.of(
                      new Request(
                          Policy.of(read.model()),
                          Example.of("x", "w5 w1"),
                          Tokens.of(read.tokenizer().encode("w5 w1")),
                          new SamplingOptions(3, 0, 0, 1),
                          0)))
              .get(0)
              .text();
      // A response is closed as prompts are, and no space joins it to its prompt.
      assertThat(text).isEqualTo("<s> w11 </s>");
    }
  }

  @Test
  void wholeTextsAreRefused() {
    assertThatThrownBy(
            () ->
                SupervisedFinetuning.run(
                    task.options("sft.conf", "steps = 1, data.validation = 10, data.prompt = \"\""),
                    event -> {}))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("train.jsonl", "data.prompt", "encoder-decoder");
  }
}
