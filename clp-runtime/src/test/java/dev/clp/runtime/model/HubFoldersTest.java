package dev.clp.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.runtime.SharedData;
import dev.clp.runtime.engine.Torch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders with the names, buffers, data types and shards of the Hub, against transformers. */
class HubFoldersTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpt2_hubnames | [h.*.attn.bias, h.*.attn.masked_bias] | transformer.wte.weight",
        "gpt_neox_hubbuffers | [gpt_neox.layers.*.attention.masked_bias,"
            + " gpt_neox.layers.*.attention.rotary_emb.inv_freq, gpt_neox.layers.*.attention.bias]"
            + " | embed_out.weight",
        "llama_bf16_sharded | '' | lm_head.weight",
        "gpt2_fp16 | '' | transformer.wte.weight",
        "tied_with_copy | '' | model.embed_tokens.weight"
      })
  void computeWhatTransformersComputes(String family, String unread, String name)
      throws IOException {
    Path source = SharedData.path("families/" + family);
    JsonNode expected = new ObjectMapper().readTree(source.resolve("expected.json").toFile());
    try (NDManager manager = Torch.newManager();
        ModelFolder read = ModelFolder.read(manager, source)) {
      assertEqual(manager, read.model(), expected);
      assertThat(read.notices()).hasSize(unread.isEmpty() ? 0 : 1);
      assertThat(String.join("", read.notices())).contains(unread);
      assertThat(ModelFolder.check(source)).isEqualTo(read.notices());
      read.write(folder, read.model());
      assertThat(Safetensors.open(folder.resolve("model.safetensors")).shapes())
          .containsKey(name)
          .containsOnlyKeys(read.model().parameters().names());
    }
    try (NDManager manager = Torch.newManager();
        ModelFolder again = ModelFolder.read(manager, folder)) {
      assertThat(again.notices()).isEmpty();
      assertEqual(manager, again.model(), expected);
    }
  }

  private static void assertEqual(NDManager manager, CausalModel model, JsonNode expected) {
    List<long[]> rows = new ArrayList<>();
    List<Integer> scored = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    for (int row = 0; row < expected.path("inputs").path("input_ids").size(); row++) {
      JsonNode tokens = expected.path("inputs").path("input_ids").path(row);
      JsonNode mask = expected.path("inputs").path("attention_mask").path(row);
      rows.add(
          IntStream.range(0, tokens.size())
              .filter(i -> mask.path(i).asInt() == 1)
              .mapToLong(i -> tokens.path(i).asLong())
              .toArray());
      scored.add(rows.get(row).length - 1);
      expected
          .path("next_token_log_probabilities")
          .path(row)
          .forEach(value -> values.add(value.asDouble()));
    }
    float[] found = model.logProbabilities(manager, new TokenBatch(rows, scored)).toFloatArray();
    assertThat(found).hasSize(values.size());
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i]).isCloseTo(values.get(i), within(1e-4));
    }
  }
}
