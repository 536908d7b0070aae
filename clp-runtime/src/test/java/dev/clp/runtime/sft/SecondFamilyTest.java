package dev.clp.runtime.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.api.Example;
import dev.clp.api.ParameterGroup;
import dev.clp.api.Policy;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.BigramFamily;
import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.Request;
import dev.clp.runtime.rollout.Rollout;
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

/** A family that main code has never heard of goes through the same doors. */
class SecondFamilyTest {

  private static final String CONFIG =
      "{\"model_type\":\"bigram\",\"n_tokens\":43,\"n_state\":24,\"n_context\":32,\"share\":true,"
          + "\"bos_token_id\":1,\"eos_token_id\":[2,40],\"unheard\":{\"of\":[1,null]}}";

  @TempDir Path folder;
  private TinyTask task;

  @BeforeEach
  void write() throws IOException {
    task = new TinyTask(folder);
    Files.writeString(task.path("config.json"), CONFIG);
    List<String[]> examples = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      // The answer follows from the last word alone.
      examples.add(new String[] {"w" + i % 7 + " w" + i % 10, "w" + (10 + i % 10)});
    }
    task.examples("train.jsonl", examples);
  }

  @Test
  void isTrainedWrittenReadSampledAndTrainedFurther() throws IOException {
    FinetuningResult result =
        SupervisedFinetuning.run(
            task.options("sft.conf", "steps = 200, data.validation = 10"), event -> {});
    assertThat(result.validationLoss()).isLessThan(0.05);
    Files.writeString(task.path("out/chat_template.jinja"), "{{ messages }}");
    Files.writeString(
        task.path("further.conf"),
        """
        model = out
        data { file = train.jsonl, prompt = "{given}", response = "{answer}", validation = 10 }
        output = further
        steps = 1
        """);
    FinetuningResult further =
        SupervisedFinetuning.run(
            FinetuningOptions.load(task.path("further.conf"), List.of()), event -> {});
    assertThat(further.validationLoss()).isLessThan(0.05);

    JsonNode config = new ObjectMapper().readTree(task.path("further/config.json").toFile());
    assertThat(config.path("unheard").toString()).isEqualTo("{\"of\":[1,null]}");
    assertThat(config.path("eos_token_id").toString()).isEqualTo("[2,40]");
    assertThat(task.path("further/chat_template.jinja")).hasContent("{{ messages }}");
    try (NDManager manager = Torch.newManager();
        ModelFolder read = ModelFolder.read(manager, task.path("further"))) {
      assertThat(read.architecture()).isEqualTo(new BigramFamily.Bigram(43, 24, 32, true));
      assertThat(read.model().names(ParameterGroup.OUTPUT)).containsExactly("readout.table");
      assertThat(read.tokens().ends()).containsExactly(2L, 40L);
      Rollout answer =
          Generator.of(read.tokenizer(), read.tokens().ends())
              .generate(
                  manager,
                  List.of(
                      new Request(
                          Policy.of(read.model()),
                          Example.of("x", ""),
                          Tokens.of(read.tokenizer().encode("w1 w4")),
                          new SamplingOptions(5, 0, 0, 1),
                          0)))
              .get(0);
      assertThat(answer.text()).isEqualTo(" w14 </s>");
    }
  }

  @Test
  void aTypeThatNobodyReadsIsRefusedWithThoseThatAreRead() throws IOException {
    Files.writeString(task.path("config.json"), CONFIG.replace("bigram", "trigram"));
    assertThatThrownBy(() -> ConfigJson.read(task.path("config.json")).architecture())
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(
            "'trigram'", "bigram, gemma, ", ", llama, ", ", t5]", "config.json");
  }
}
