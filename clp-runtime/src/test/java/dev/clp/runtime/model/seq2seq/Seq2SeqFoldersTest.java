package dev.clp.runtime.model.seq2seq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.Architecture;
import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.TokenBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What config.json says of encoder-decoders, and what folders of theirs are written like. */
class Seq2SeqFoldersTest {

  private static final TokenBatch BATCH =
      new TokenBatch(List.of(new long[] {3, 4, 5, 6, 2}, new long[] {7, 8, 2}), List.of(2, 1));

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    // What older versions of transformers write, and what newer ones do.
    "{}, true, true",
    "{'tie_word_embeddings': true}, true, true",
    "{'tie_word_embeddings': false}, false, false",
    "'{\"tie_word_embeddings\": true, \"scale_decoder_outputs\": true}', true, true",
    "'{\"tie_word_embeddings\": true, \"scale_decoder_outputs\": false}', true, false",
  })
  void whetherT5ScalesItsOutputIsReadInEverySpelling(String json, boolean tied, boolean scaled) {
    T5Config read =
        (T5Config)
            read(
                json.replace('\'', '"')
                    .replaceFirst("\\{", "{\"model_type\":\"t5\", ")
                    .replace(", }", "}"));
    assertThat(read.tied()).isEqualTo(tied);
    assertThat(read.scaled()).isEqualTo(scaled);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void everyOutputOfT5IsWrittenSoThatAllVersionsOfTransformersReadIt(boolean tied, boolean scaled)
      throws IOException {
    T5Config shape = t5(tied, scaled);
    try (NDManager manager = Torch.newManager()) {
      EncoderDecoder model = TinySeq2Seq.model(manager, shape, 1);
      write(shape, model);
      JsonNode config = new ObjectMapper().readTree(folder.resolve("config.json").toFile());
      boolean isFirstT5 = tied && scaled;
      // Before version 5 a tied output was a scaled one; since then both are written.
      assertThat(config.path("tie_word_embeddings").asBoolean()).isEqualTo(isFirstT5);
      assertThat(config.path("scale_decoder_outputs").asBoolean()).isEqualTo(isFirstT5);
      try (ModelFolder read = ModelFolder.read(manager, folder)) {
        assertThat(read.model().parameters().contains(shape.outputLayer())).isEqualTo(!isFirstT5);
        assertThat(read.model().logits(manager, BATCH).toFloatArray())
            .containsExactly(model.logits(manager, BATCH).toFloatArray(), within(1e-5f));
      }
    }
  }

  @Test
  void aChangedOutputLayerOfATiedT5SurvivesWriting() throws IOException {
    T5Config shape = t5(true, true);
    try (NDManager manager = Torch.newManager()) {
      EncoderDecoder tied = TinySeq2Seq.model(manager, shape, 1);
      write(shape, tied);
      try (ModelFolder read = ModelFolder.read(manager, folder)) {
        EncoderDecoder untied =
            tied.bind(Map.of(shape.outputLayer(), tied.parameter(shape.embedding()).mul(-1.5f)));
        read.write(folder.resolve("changed"), untied);
        try (ModelFolder changed = ModelFolder.read(manager, folder.resolve("changed"))) {
          assertThat(changed.notices()).isEmpty();
          assertThat(changed.model().logits(manager, BATCH).toFloatArray())
              .containsExactly(untied.logits(manager, BATCH).toFloatArray(), within(1e-5f));
        }
      }
    }
  }

  @Test
  void aBartWithoutBiasOfItsLogitsHasZeros() throws IOException {
    BartConfig shape = TinySeq2Seq.bart(TinyModels.VOCABULARY);
    try (NDManager manager = Torch.newManager()) {
      EncoderDecoder model = TinySeq2Seq.model(manager, shape, 1);
      Map<String, ai.djl.ndarray.NDArray> arrays =
          new java.util.LinkedHashMap<>(model.parameters().asMap());
      arrays.remove(BartConfig.OUTPUT_BIAS);
      ModelFolder.write(
          folder, shape.toJson(), arrays, ModelFolder.tokenizerFiles(TinyModels.folder()));
      try (ModelFolder read = ModelFolder.read(manager, folder)) {
        assertThat(read.model().parameter(BartConfig.OUTPUT_BIAS).toFloatArray())
            .containsOnly(0f)
            .hasSize(TinyModels.VOCABULARY);
        assertThat(read.model().parameters().names()).isEqualTo(shape.shapes().keySet());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "t5 | feed_forward_proj | \"gated-tanh\" | tanh",
        "t5 | relative_attention_num_buckets | 7 | even",
        "t5 | relative_attention_max_distance | 16 | more than half",
        "t5 | decoder_start_token_id | 40000 | 32127",
        "t5 | num_heads | 0 | positive",
        "bart | activation_function | \"mish\" | mish",
        "bart | encoder_attention_heads | 7 | multiple",
        "bart | normalize_before | true | relatives",
        "bart | decoder_start_token_id | \"x\" | token id"
      })
  void whatCannotBeComputedIsNamed(String type, String field, String value, String message) {
    assertThatThrownBy(
            () -> read("{\"model_type\":\"" + type + "\",\"" + field + "\":" + value + "}"))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("config.json", field, message);
  }

  @Test
  void whatIsWrittenIsReadAsTheSame() {
    for (Architecture shape :
        List.of(TinySeq2Seq.t5(12), TinySeq2Seq.flan(12), TinySeq2Seq.bart(12), t5(false, false))) {
      assertThat(read(shape.toJson().toString())).isEqualTo(shape);
    }
  }

  private static T5Config t5(boolean tied, boolean scaled) {
    return new T5Config(
        TinyModels.VOCABULARY,
        8,
        3,
        10,
        1,
        1,
        2,
        8,
        12,
        48,
        1e-5,
        Activation.SILU,
        true,
        0,
        scaled,
        tied);
  }

  private void write(T5Config shape, EncoderDecoder model) {
    ModelFolder.write(
        folder,
        TinyModels.SPECIAL.addTo(shape.toJson()),
        shape.stored(model.parameters().asMap()),
        ModelFolder.tokenizerFiles(TinyModels.folder()));
  }

  private Architecture read(String json) {
    try {
      ObjectNode fields = (ObjectNode) new ObjectMapper().readTree(json);
      Files.createDirectories(folder);
      return ConfigJson.of(folder.resolve("config.json"), fields).architecture();
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
