package dev.clp.runtime.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.clp.api.Example;
import dev.clp.api.Policy;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.decoder.DecoderModel;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.Request;
import dev.clp.runtime.rollout.Rollout;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.rollout.Tokens;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints as they are found in the field: what is read of them, and what is refused. */
class CheckpointFaultsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TokenBatch BATCH = new TokenBatch(List.of(new long[] {1, 5, 9}), List.of(2));
  private static final String LAYER = "model.layers.1.mlp.down_proj.weight";

  @TempDir Path folder;
  private NDManager manager;
  private DecoderModel model;

  @BeforeEach
  void open() {
    manager = Torch.newManager();
    model = TinyModels.llama(manager, TinyModels.VOCABULARY, true, 5);
    TinyModels.write(folder, model, TinyModels.folder());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aTensorThatIsNotFiniteIsNamed(float value) {
    NDArray array = model.parameter(LAYER);
    float[] values = array.toFloatArray();
    values[values.length / 2] = value;
    tensors(arrays -> arrays.put(LAYER, manager.create(values, array.getShape())));
    refuses("model.safetensors", "'" + LAYER + "'", "not finite", "fetch the checkpoint again");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void logitsThatOverflowAreNotSampledFrom(double temperature) {
    // Each is finite, but their product is not.
    DecoderModel huge =
        model.bind(
            Map.of(
                TinyModels.NORM, model.parameter(TinyModels.NORM).mul(1e30f),
                TinyModels.OUTPUT, model.parameter(TinyModels.EMBEDDING).mul(1e30f)));
    Request request =
        new Request(
            Policy.of(huge),
            Example.of("x", ""),
            Tokens.of(1, 5),
            new SamplingOptions(3, temperature, 0, 1),
            0);
    assertThatThrownBy(
            () ->
                Generator.of(TinyModels.tokenizer(), Set.of()).generate(manager, List.of(request)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("logits of the sampled policy are not finite");
  }

  @Test
  void everyEndOfEitherFileEndsAResponseAndSurvivesWriting() throws IOException {
    long[] free = greedy();
    assertThat(free).hasSize(8);
    long end = free[0];
    config(json -> json.putArray("eos_token_id").add(2).add(end));
    assertThat(greedy()).containsExactly(end);
    config(json -> json.put("eos_token_id", 2));
    Path generation = folder.resolve("generation_config.json");
    Files.writeString(generation, "{ \"eos_token_id\": [" + end + "], \"top_k\": 7 }");
    assertThat(greedy()).containsExactly(end);
    Path copy = folder.resolve("copy");
    try (ModelFolder read = ModelFolder.read(manager, folder)) {
      assertThat(read.tokens().ends()).containsExactly(2L, end);
      read.write(copy, read.model());
    }
    assertThat(copy.resolve("generation_config.json")).hasSameBinaryContentAs(generation);
    try (ModelFolder read = ModelFolder.read(manager, copy)) {
      assertThat(read.tokens().ends()).containsExactly(2L, end);
    }
  }

  private long[] greedy() {
    try (ModelFolder read = ModelFolder.read(manager, folder)) {
      Rollout rollout =
          Generator.of(read.tokenizer(), read.tokens().ends())
              .generate(
                  manager,
                  List.of(
                      new Request(
                          Policy.of(read.model()),
                          Example.of("x", ""),
                          Tokens.of(1, 5),
                          new SamplingOptions(8, 0, 0, 1),
                          0)))
              .get(0);
      return rollout.response().toArray();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"2\"", "[2, \"5\"]", "-1", "2.5", "true", "{}"})
  void anEndThatIsNoNumberIsRefused(String value) throws IOException {
    config(json -> json.putRawValue("eos_token_id", new RawValue(value)));
    refuses("config.json", "eos_token_id", "token id", "number");
    config(json -> json.put("eos_token_id", 2));
    Files.writeString(
        folder.resolve("generation_config.json"), "{\"eos_token_id\": " + value + "}");
    refuses("generation_config.json", "eos_token_id", "token id", "number");
  }

  @Test
  void aTokenizerThatEndsEveryTextIsRefused() throws IOException {
    tokenizer(
        json -> {
          json.withArray("/post_processor/single")
              .addObject()
              .putObject("SpecialToken")
              .put("id", "</s>")
              .put("type_id", 0);
          ObjectNode end = json.withObject("/post_processor/special_tokens/<~1s>");
          end.put("id", "</s>");
          end.putArray("ids").add(2);
          end.putArray("tokens").add("</s>");
        });
    refuses("tokenizer.json", "'</s>' behind every text", "post_processor", "add_eos_token");
  }

  @Test
  void aTokenWithoutARowIsNamed() throws IOException {
    tokenizer(
        json ->
            json.withArray("added_tokens")
                .addObject()
                .put("id", 12)
                .put("content", "<sum>")
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true));
    refuses("tokenizer.json", "'<sum>' has the id 12", "vocab_size of 12", "belong together");
  }

  @Test
  void aTokenOfAUnigramModelWithoutARowIsNamed() throws IOException {
    tokenizer(
        json -> {
          ObjectNode model = json.putObject("model").put("type", "Unigram").put("unk_id", 0);
          for (int id = 0; id < 14; id++) {
            model.withArray("/vocab").addArray().add("t" + id).add(-1.5 * id);
          }
        });
    refuses("tokenizer.json", "'t13' has the id 13", "vocab_size of 12", "belong together");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer.model", "vocab.txt"})
  void aTokenizerWithoutAFastFormIsNamedWithTheWayToMakeOne(String slow) throws IOException {
    Files.move(folder.resolve("tokenizer.json"), folder.resolve(slow));
    refuses("tokenizer.json", "not found", slow + " alone", "AutoTokenizer", "save_pretrained");
  }

  @Test
  void aFixedPaddingOrTruncationIsNotApplied() throws IOException {
    long[] plain;
    try (TextTokenizer tokenizer = TextTokenizer.read(folder.resolve("tokenizer.json"))) {
      plain = tokenizer.encode("red owl red owl");
      assertThat(plain).hasSize(5);
    }
    tokenizer(
        json -> {
          json.putObject("padding")
              .put("direction", "Right")
              .putNull("pad_to_multiple_of")
              .put("pad_id", 0)
              .put("pad_type_id", 0)
              .put("pad_token", "<unk>")
              .putObject("strategy")
              .put("Fixed", 128);
          json.putObject("truncation")
              .put("direction", "Right")
              .put("max_length", 3)
              .put("strategy", "LongestFirst")
              .put("stride", 0);
        });
    try (TextTokenizer tokenizer = TextTokenizer.read(folder.resolve("tokenizer.json"))) {
      assertThat(tokenizer.encode("red owl red owl")).containsExactly(plain);
      assertThat(tokenizer.encodePair("red", "owl", 8).tokens()).hasSizeLessThan(8);
    }
  }

  @Test
  void aFolderWithoutPermissionIsNotCalledMalformed() throws IOException {
    for (String name : List.of("config.json", "tokenizer.json", "model.safetensors")) {
      Path file = folder.resolve(name);
      Set<PosixFilePermission> before = Files.getPosixFilePermissions(file);
      Files.setPosixFilePermissions(file, Set.of());
      assumeFalse(Files.isReadable(file), "skipped: this user may read every file");
      refuses(name, "cannot be read: permission denied");
      Files.setPosixFilePermissions(file, before);
    }
  }

  @Test
  void aStoredOutputLayerThatDiffersIsKeptAndUntied() {
    NDArray other = model.parameter(TinyModels.EMBEDDING).mul(0.5f);
    tensors(arrays -> arrays.put(TinyModels.OUTPUT, other));
    try (ModelFolder read = ModelFolder.read(manager, folder)) {
      assertThat(read.model().logits(manager, BATCH).toFloatArray())
          .containsExactly(
              model.bind(Map.of(TinyModels.OUTPUT, other)).logits(manager, BATCH).toFloatArray());
      assertThat(read.notices())
          .singleElement()
          .asString()
          .contains("config.json", "tie_word_embeddings is true", "'lm_head.weight'", "differs");
      Path copy = folder.resolve("copy");
      read.write(copy, read.model());
      try (ModelFolder again = ModelFolder.read(manager, copy)) {
        assertThat(again.architecture().tied()).isFalse();
        assertThat(again.notices()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "500 | {\"rope_type\":\"default\",\"rope_theta\":77} | 77 | true",
        "77 | {\"rope_type\":\"default\",\"rope_theta\":77} | 77 | false",
        "500 | {\"type\":\"default\"} | 500 | false",
        "500 | null | 500 | false"
      })
  void theNewerStatementOfPositionsWins(
      double field, String parameters, double expected, boolean isSaid) throws IOException {
    for (String name : List.of("rope_parameters", "rope_scaling")) {
      config(
          json -> {
            json.remove(List.of("rope_parameters", "rope_scaling"));
            json.put("rope_theta", field);
            json.putRawValue(name, new RawValue(parameters));
          });
      try (ModelFolder read = ModelFolder.read(manager, folder)) {
        assertThat(read.architecture().toJson().path("rope_theta").asDouble()).isEqualTo(expected);
        assertThat(read.notices()).hasSize(isSaid ? 1 : 0);
        assertThat(String.join("", read.notices())).contains(isSaid ? name + ".rope_theta" : "");
      }
    }
  }

  @Test
  void anIntegerTensorIsPassedOverUnlessItIsAParameter() throws IOException {
    Path file = folder.resolve("model.safetensors");
    append(file, "bert.embeddings.position_ids");
    try (ModelFolder read = ModelFolder.read(manager, folder)) {
      assertThat(read.model().logits(manager, BATCH).toFloatArray())
          .containsExactly(model.logits(manager, BATCH).toFloatArray());
    }
    ModelFolder.check(folder);
    tensors(arrays -> arrays.remove(LAYER));
    append(file, LAYER);
    refuses("model.safetensors", "'" + LAYER + "' has the data type I64", "convert");
  }

  /** Puts one 64-bit integer at the end of a file. */
  private static void append(Path file, String name) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[(int) bytes.getLong()];
    bytes.get(header);
    long size = bytes.remaining();
    ObjectNode json = (ObjectNode) JSON.readTree(header);
    json.putObject(name).put("dtype", "I64").putArray("shape").add(1);
    json.withObject("/" + name).putArray("data_offsets").add(size).add(size + 8);
    byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
    Files.write(
        file,
        ByteBuffer.allocate((int) (8 + text.length + size + 8))
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(text.length)
            .put(text)
            .put(bytes)
            .array());
  }

  @Test
  void aShardedFolderIsReadFromWithin() throws IOException {
    Files.move(folder.resolve("model.safetensors"), folder.resolve("part.safetensors"));
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"a\":\"part.safetensors\"}}");
    // What "." is to a process that was started in the folder.
    Path within = Path.of("").toAbsolutePath().relativize(folder.toAbsolutePath()).resolve(".");
    assertThat(CheckpointTensors.files(within)).hasSize(1);
    try (ModelFolder read = ModelFolder.read(manager, within)) {
      assertThat(read.model().logits(manager, BATCH).toFloatArray())
          .containsExactly(model.logits(manager, BATCH).toFloatArray());
    }
  }

  @Test
  void whatIsNotUnderstoodTravelsAlong() throws IOException {
    config(
        json -> {
          json.put("dtype", "bfloat16").putObject("quirk").put("a", 1);
          json.putObject("rope_parameters")
              .put("rope_type", "default")
              .put("rope_theta", 10000)
              .put("origin", "kept");
        });
    byte[] bytes = {0, (byte) 0xff, 13, 10};
    List<String> companions =
        List.of(
            "README.md",
            "chat_template.jinja",
            "additional_chat_templates/tool_use.jinja",
            "tokenizer.model",
            "generation_config.json",
            "1_Pooling/config.json");
    for (String name : companions) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.write(folder.resolve(name), name.endsWith(".json") ? "{ }".getBytes(UTF_8) : bytes);
    }
    List<String> others =
        List.of(
            "pytorch_model.bin",
            ".git/HEAD",
            "onnx/model.onnx",
            "checkpoint-5/config.json",
            "checkpoint-5/model.safetensors",
            "checkpoint-5/trainer_state.json");
    for (String name : others) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.write(folder.resolve(name), bytes);
    }
    Path copy = folder.resolve("copy");
    for (int time = 0; time < 2; time++) {
      try (ModelFolder read = ModelFolder.read(manager, folder)) {
        read.write(copy, read.model());
      }
    }
    ObjectNode written = (ObjectNode) JSON.readTree(copy.resolve("config.json").toFile());
    assertThat(written.path("quirk").toString()).isEqualTo("{\"a\":1}");
    assertThat(written.at("/rope_parameters/origin").asText()).isEqualTo("kept");
    assertThat(written.path("dtype").asText()).isEqualTo("float32");
    assertThat(written.path("torch_dtype").asText()).isEqualTo("float32");
    for (String name : companions) {
      assertThat(copy.resolve(name)).hasSameBinaryContentAs(folder.resolve(name));
    }
    for (String name : others) {
      assertThat(copy.resolve(name)).doesNotExist();
    }
    assertThat(copy.resolve("copy")).doesNotExist();
  }

  @Test
  void anOutputLayerThatRepeatsTheEmbeddingIsWrittenOnce() throws IOException {
    Path copy = folder.resolve("copy");
    try (ModelFolder read = ModelFolder.read(manager, folder)) {
      CausalModel trained = read.model();
      NDArray embedding = trained.parameter(read.architecture().embedding());
      CausalModel equal =
          trained.bind(Map.of(read.architecture().outputLayer(), embedding.duplicate()));
      read.write(copy, equal);
    }
    assertThat(Safetensors.open(copy.resolve("model.safetensors")).shapes())
        .doesNotContainKey("lm_head.weight");
    ObjectNode written = (ObjectNode) JSON.readTree(copy.resolve("config.json").toFile());
    assertThat(written.path("tie_word_embeddings").asBoolean(false)).isTrue();
  }

  @Test
  void namesWithoutPrefixAndHeadsOfOtherTasksAreUnderstood() {
    tensors(
        arrays -> {
          Map<String, NDArray> bare = new LinkedHashMap<>();
          arrays.forEach((name, array) -> bare.put(name.replaceFirst("^model\\.", ""), array));
          arrays.clear();
          arrays.putAll(bare);
          arrays.put("score.weight", manager.zeros(new Shape(3, 16)));
          arrays.put("v_head.summary.bias", manager.zeros(new Shape(1)));
        });
    try (ModelFolder read = ModelFolder.read(manager, folder)) {
      assertThat(read.model().logits(manager, BATCH).toFloatArray())
          .containsExactly(model.logits(manager, BATCH).toFloatArray());
      assertThat(read.notices())
          .containsExactly(
              folder
                  + ": tensors that are no parameters of this model are left unread:"
                  + " [score.weight, v_head.summary.bias]");
      assertThat(ModelFolder.check(folder)).isEqualTo(read.notices());
    }
  }

  @Test
  void aParameterUnderTwoNamesIsRefused() {
    tensors(arrays -> arrays.put("norm.weight", manager.ones(new Shape(16))));
    refuses("model.safetensors", "'norm.weight' is the same parameter as 'model.norm.weight'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "quantization_config | {\"quant_method\":\"gptq\"} | quantised (gptq)",
        "quantization | {\"bits\":4} | quantised",
        "torch_dtype | \"int8\" | torch_dtype is 'int8'",
        "dtype | \"float8_e4m3fn\" | dtype is 'float8_e4m3fn'",
        "num_local_experts | 8 | mixture of experts",
        "vision_config | {} | images or sound"
      })
  void aModelOfAnotherKindIsRefusedByName(String field, String value, String said)
      throws IOException {
    config(json -> json.putRawValue(field, new RawValue(value)));
    refuses("config.json", said, "not supported; name");
  }

  @ParameterizedTest
  @CsvSource({
    "model.layers.0.self_attn.q_proj.qweight, quantised",
    "model.layers.0.mlp.up_proj.weight_scale_inv, quantised",
    "model.layers.0.mlp.experts.3.up_proj.weight, mixture of experts"
  })
  void tensorsTellAModelOfAnotherKind(String name, String said) {
    tensors(arrays -> arrays.put(name, manager.ones(new Shape(16))));
    refuses("model.safetensors", "'" + name + "'", said, "not supported; name");
  }

  @ParameterizedTest
  @CsvSource({
    "model-q4.gguf, llama.cpp, gguf_file='model-q4.gguf'",
    "pytorch_model-00001-of-00002.bin, not in the safetensors format, save_pretrained",
    "consolidated.00.pth, not in the safetensors format, save_pretrained"
  })
  void parametersInAnotherFormatAreNamedWithTheWayToConvertThem(
      String name, String said, String remedy) throws IOException {
    Files.move(folder.resolve("model.safetensors"), folder.resolve(name));
    refuses(name, said, remedy);
    Files.delete(folder.resolve("config.json"));
    refuses(name, said, remedy);
  }

  @Test
  void anAdapterAloneIsRefused() throws IOException {
    Files.delete(folder.resolve("config.json"));
    Files.writeString(folder.resolve("adapter_config.json"), "{}");
    Files.move(folder.resolve("model.safetensors"), folder.resolve("adapter_model.safetensors"));
    refuses("adapter without its base model", "merge_and_unload");
  }

  private void tensors(Consumer<Map<String, NDArray>> change) {
    Map<String, NDArray> arrays = new LinkedHashMap<>(model.parameters().asMap());
    change.accept(arrays);
    Safetensors.write(folder.resolve("model.safetensors"), arrays, Map.of("format", "pt"));
  }

  private void config(Consumer<ObjectNode> change) throws IOException {
    edit("config.json", change);
  }

  private void tokenizer(Consumer<ObjectNode> change) throws IOException {
    edit("tokenizer.json", change);
  }

  private void edit(String name, Consumer<ObjectNode> change) throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(folder.resolve(name).toFile());
    change.accept(json);
    Files.writeString(folder.resolve(name), json.toString());
  }

  private void refuses(String... fragments) {
    assertThatThrownBy(() -> ModelFolder.read(manager, folder))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageContainingAll(fragments);
    if (!fragments[fragments.length - 1].contains("fetch the checkpoint")) {
      // Everything but values is seen without reading them.
      assertThatThrownBy(() -> ModelFolder.check(folder)).hasMessageContainingAll(fragments);
    }
  }
}
