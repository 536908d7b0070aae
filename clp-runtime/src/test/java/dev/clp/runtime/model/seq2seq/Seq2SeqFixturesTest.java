package dev.clp.runtime.model.seq2seq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.runtime.SharedData;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.TokenBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random checkpoints of both families against what transformers computes in double precision. */
class Seq2SeqFixturesTest {

  private static final double TOLERANCE = 1e-4;

  @TempDir Path copy;

  @ParameterizedTest
  @CsvSource({
    "t5, config.json",
    "t5, config_hub.json",
    "t5, config_bare.json",
    "t5_hubnames, config.json",
    "flan_t5, config.json",
    "flan_t5, config_hub.json",
    "flan_t5, config_bare.json",
    "bart, config.json",
    "bart, config_hub.json",
    "bart, config_bare.json",
    "bart_hubnames, config.json"
  })
  void equalsTransformers(String name, String config) throws IOException {
    Path folder = SharedData.path("families/" + name);
    for (String file :
        new String[] {"model.safetensors", "tokenizer.json", "generation_config.json"}) {
      Files.copy(folder.resolve(file), copy.resolve(file));
    }
    Files.copy(folder.resolve(config), copy.resolve("config.json"));
    check(copy, folder);
  }

  @ParameterizedTest
  @CsvSource({"t5", "flan_t5", "bart", "t5_hubnames", "bart_hubnames"})
  void writesWhatItReads(String name) throws IOException {
    Path folder = SharedData.path("families/" + name);
    try (NDManager manager = Torch.newManager();
        ModelFolder read = ModelFolder.read(manager, folder)) {
      read.write(copy, read.model());
    }
    check(copy, folder);
  }

  private static void check(Path folder, Path oracle) throws IOException {
    JsonNode expected = new ObjectMapper().readTree(oracle.resolve("expected.json").toFile());
    try (NDManager manager = Torch.newManager();
        ModelFolder read = ModelFolder.read(manager, folder)) {
      List<long[]> prompts = rows(expected, "input_ids", "attention_mask");
      List<long[]> inputs = rows(expected, "decoder_input_ids", "decoder_attention_mask");
      for (int row = 0; row < prompts.size(); row++) {
        assertThat(read.tokenizer().encode(expected.path("texts").path(row).asText()))
            .isEqualTo(prompts.get(row));
      }
      checkLogProbabilities(manager, read.model(), prompts, inputs, expected);
      checkLogits(manager, read.model(), prompts, inputs, expected);
      checkGreedy(manager, read.model(), prompts, expected);
    }
  }

  private static void checkLogProbabilities(
      NDManager manager,
      CausalModel model,
      List<long[]> prompts,
      List<long[]> inputs,
      JsonNode expected) {
    List<Integer> scored = inputs.stream().map(input -> input.length - 1).toList();
    List<long[]> sequences =
        IntStream.range(0, prompts.size())
            .mapToObj(row -> joined(prompts.get(row), tail(inputs.get(row))))
            .toList();
    float[] together =
        model.logProbabilities(manager, new TokenBatch(sequences, scored)).toFloatArray();
    int at = 0;
    for (int row = 0; row < sequences.size(); row++) {
      TokenBatch single = new TokenBatch(List.of(sequences.get(row)), List.of(scored.get(row)));
      float[] alone = model.logProbabilities(manager, single).toFloatArray();
      JsonNode right = expected.path("next_token_log_probabilities").path(row);
      assertThat(alone).hasSize(right.size());
      for (int i = 0; i < alone.length; i++) {
        assertThat((double) alone[i]).isCloseTo(right.path(i).asDouble(), within(TOLERANCE));
        assertThat((double) together[at++]).isCloseTo(alone[i], within(1e-5));
      }
    }
  }

  private static void checkLogits(
      NDManager manager,
      CausalModel model,
      List<long[]> prompts,
      List<long[]> inputs,
      JsonNode expected) {
    int compared = 0;
    for (JsonNode at : expected.path("logits")) {
      int row = at.path("row").asInt();
      int position = at.path("position").asInt();
      long[] read = tail(Arrays.copyOf(inputs.get(row), position + 1));
      long[] sequence = joined(joined(prompts.get(row), read), new long[] {0});
      float[] found =
          model
              .logits(manager, new TokenBatch(List.of(sequence), List.of(read.length + 1)))
              .get(read.length)
              .toFloatArray();
      assertThat(found).hasSize(at.path("values").size());
      for (int token = 0; token < found.length; token++) {
        assertThat((double) found[token])
            .isCloseTo(at.path("values").path(token).asDouble(), within(TOLERANCE));
      }
      compared++;
    }
    assertThat(compared).isEqualTo(2 * prompts.size());
  }

  /** All rows decode together from the start token on. */
  private static void checkGreedy(
      NDManager manager, CausalModel model, List<long[]> prompts, JsonNode expected) {
    long[][] greedy = new ObjectMapper().convertValue(expected.path("greedy"), long[][].class);
    int steps = greedy[0].length;
    int[] rows = IntStream.range(0, prompts.size()).toArray();
    int[] longest = Arrays.stream(rows).map(row -> steps).toArray();
    NDArray logits = model.decoder(manager).admit(rows, prompts.toArray(long[][]::new), longest);
    assertThat(logits.argMax(1).toLongArray()).isEqualTo(column(greedy, 0));
    CausalModel.Decoder decoder = model.decoder(manager);
    decoder.admit(rows, prompts.toArray(long[][]::new), longest);
    for (int step = 1; step < steps; step++) {
      logits = decoder.step(manager.create(column(greedy, step - 1)));
      assertThat(logits.argMax(1).toLongArray()).isEqualTo(column(greedy, step));
    }
  }

  private static long[] column(long[][] rows, int column) {
    return Arrays.stream(rows).mapToLong(row -> row[column]).toArray();
  }

  private static List<long[]> rows(JsonNode expected, String ids, String mask) {
    List<long[]> rows = new ArrayList<>();
    for (int row = 0; row < expected.path("inputs").path(ids).size(); row++) {
      LongStream.Builder tokens = LongStream.builder();
      for (int i = 0; i < expected.path("inputs").path(ids).path(row).size(); i++) {
        if (expected.path("inputs").path(mask).path(row).path(i).asInt() == 1) {
          tokens.add(expected.path("inputs").path(ids).path(row).path(i).asLong());
        }
      }
      rows.add(tokens.build().toArray());
    }
    return rows;
  }

  private static long[] tail(long[] tokens) {
    return Arrays.copyOfRange(tokens, 1, tokens.length);
  }

  private static long[] joined(long[] first, long[] second) {
    return LongStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
  }
}
