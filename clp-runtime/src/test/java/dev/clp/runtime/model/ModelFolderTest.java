package dev.clp.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.decoder.DecoderConfig;
import dev.clp.runtime.model.decoder.DecoderModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFolderTest {

  private static final TokenBatch BATCH =
      new TokenBatch(List.of(new long[] {1, 5, 9, 3, 2}, new long[] {4, 4, 8}), List.of(4, 2));
  private static final String EXTRA = "model.layers.2.mlp.up_proj.weight";

  @TempDir Path folder;
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = Torch.newManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({"true, 4, 10000", "false, 4, 10000", "true, 10, 500000", "false, 6, 100"})
  void readsWhatItWrote(boolean tied, int headWidth, double theta) {
    DecoderConfig config =
        TinyModels.config(TinyModels.VOCABULARY, 16, 24, 2, 4, 2, headWidth, 64, 1e-5, theta, tied);
    DecoderModel model = TinyModels.llama(manager, config, 3);
    TinyModels.write(folder, model, TinyModels.folder());
    ModelFolder read = ModelFolder.read(manager, folder);
    assertThat(read.architecture()).isEqualTo(config);
    assertThat(logits(read.model())).containsExactly(logits(model));
    try (TextTokenizer tokenizer = read.tokenizer()) {
      assertThat(tokenizer.encode("red owl")).containsExactly(1, 3, 11);
      assertThat(tokenizer.encodePlain("red owl")).containsExactly(3, 11);
      assertThat(tokenizer.decode(new long[] {1, 3, 11, 2})).isEqualTo("red owl");
      assertThat(tokenizer.decode(new long[0])).isEmpty();
    }
  }

  @Test
  void writesAModelWithAnOutputLayerOfItsOwnUntied() {
    TinyModels.write(folder, model(true), TinyModels.folder());
    ModelFolder read = ModelFolder.read(manager, folder);
    CausalModel tied = read.model();
    CausalModel untied =
        tied.bind(Map.of(TinyModels.OUTPUT, tied.parameter(TinyModels.EMBEDDING).mul(0.5f)));
    read.write(folder, untied);
    ModelFolder again = ModelFolder.read(manager, folder);
    assertThat(again.architecture().tied()).isFalse();
    assertThat(logits(again.model())).containsExactly(logits(untied)).isNotEqualTo(logits(tied));
  }

  @Test
  void writesOverAnOlderCheckpointAndIntoItsOwnFolder() {
    TinyModels.write(folder, model(true), TinyModels.folder());
    DecoderModel other = TinyModels.llama(manager, TinyModels.VOCABULARY, false, 99);
    TinyModels.write(folder, other, folder);
    assertThat(logits(ModelFolder.read(manager, folder).model())).containsExactly(logits(other));
  }

  @Test
  void ignoresACopyOfTheTiedOutputLayer() {
    DecoderModel model = model(true);
    TinyModels.write(folder, model, TinyModels.folder());
    Map<String, NDArray> arrays = new LinkedHashMap<>(model.parameters().asMap());
    arrays.put(TinyModels.OUTPUT, model.parameter(TinyModels.EMBEDDING));
    Safetensors.write(folder.resolve("model.safetensors"), arrays, Map.of());
    int before = Torch.liveArrays();
    CausalModel read = ModelFolder.read(manager, folder).model();
    // The model's arrays, its rotation table and its empty prefix.
    assertThat(Torch.liveArrays()).isEqualTo(before + model.parameters().names().size() + 2);
    assertThat(read.parameters().names()).doesNotContain(TinyModels.OUTPUT);
    assertThat(logits(read)).containsExactly(logits(model));
  }

  @Test
  void readsShards() throws IOException {
    DecoderModel model = model(false);
    writeShards(model);
    assertThat(logits(ModelFolder.read(manager, folder).model())).containsExactly(logits(model));
    assertThat(ModelFolder.digest(folder)).matches("[0-9a-f]{64}");
  }

  @Test
  void theDigestSeesEveryFile() throws Exception {
    writeShards(model(false));
    String digest = ModelFolder.digest(folder);
    MessageDigest plain = MessageDigest.getInstance("SHA-256");
    for (String name :
        List.of("one.safetensors", "two.safetensors", "config.json", "tokenizer.json")) {
      plain.update(Files.readAllBytes(folder.resolve(name)));
    }
    assertThat(digest).isEqualTo(HexFormat.of().formatHex(plain.digest()));
    for (String name : List.of("two.safetensors", "config.json", "tokenizer.json")) {
      byte[] bytes = Files.readAllBytes(folder.resolve(name));
      bytes[bytes.length - 1] ^= 1;
      Files.write(folder.resolve(name), bytes);
      assertThat(ModelFolder.digest(folder)).as(name).isNotEqualTo(digest);
      digest = ModelFolder.digest(folder);
    }
  }

  @Test
  void refusesAMissingShard() throws IOException {
    writeShards(model(false));
    Files.delete(folder.resolve("two.safetensors"));
    refuses("model.safetensors.index.json", "'two.safetensors'", "fetch it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../outside.safetensors", "/outside.safetensors", "a/../../b", ""})
  void refusesAShardOutsideTheFolder(String shard) throws IOException {
    writeShards(model(false));
    Files.move(folder.resolve("two.safetensors"), folder.resolveSibling("outside.safetensors"));
    index(shard);
    try {
      refuses("model.safetensors.index.json", "'" + shard + "'", "not in the folder");
    } finally {
      Files.delete(folder.resolveSibling("outside.safetensors"));
    }
  }

  @Test
  void refusesATensorInTwoShards() throws IOException {
    DecoderModel model = model(false);
    writeShards(model);
    Safetensors.write(
        folder.resolve("two.safetensors"), model.parameters().asMap(), Map.of("format", "pt"));
    refuses("two.safetensors", "'" + TinyModels.EMBEDDING + "'", "another shard", "fetch");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "{}", "{\"weight_map\":{}}", ""})
  void refusesABrokenIndex(String text) throws IOException {
    writeShards(model(false));
    Files.writeString(folder.resolve("model.safetensors.index.json"), text);
    refuses("model.safetensors.index.json");
  }

  @Test
  void refusesMissingAndUnknownAndMisshapenTensors() {
    DecoderModel model = model(false);
    TinyModels.write(folder, model, TinyModels.folder());
    Path file = folder.resolve("model.safetensors");
    Map<String, NDArray> arrays = new LinkedHashMap<>(model.parameters().asMap());
    arrays.remove(TinyModels.NORM);
    Safetensors.write(file, arrays, Map.of());
    refuses(folder.toString(), TinyModels.NORM, "lacks", "fetch the complete checkpoint");

    arrays.put(TinyModels.NORM, manager.zeros(model.parameter(TinyModels.NORM).getShape()));
    arrays.put(EXTRA, manager.create(1f));
    Safetensors.write(file, arrays, Map.of());
    refuses(file.toString(), "'" + EXTRA + "'", "use the config.json that belongs");

    arrays.remove(EXTRA);
    arrays.put(TinyModels.NORM, manager.create(new float[3]));
    Safetensors.write(file, arrays, Map.of());
    refuses(file.toString(), "'" + TinyModels.NORM + "'", "(3)", "(16)", "use the config.json");
  }

  @Test
  void saysWhichFileIsMissing() throws IOException {
    assertThatThrownBy(() -> ModelFolder.read(manager, folder.resolve("absent")))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("absent", "not a folder");
    refuses("config.json");
    TinyModels.write(folder, model(true), TinyModels.folder());
    Files.delete(folder.resolve("tokenizer.json"));
    refuses("tokenizer.json", "not found");
    Files.writeString(folder.resolve("tokenizer.json"), "{\"version\":");
    refuses("tokenizer.json", "not readable as JSON");
    Files.delete(folder.resolve("model.safetensors"));
    refuses(folder.toString(), "neither model.safetensors", "safetensors format");
  }

  private void refuses(String... fragments) {
    assertThatThrownBy(() -> ModelFolder.read(manager, folder))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageContainingAll(fragments);
  }

  private DecoderModel model(boolean tied) {
    return TinyModels.llama(manager, TinyModels.VOCABULARY, tied, 5);
  }

  private float[] logits(CausalModel model) {
    return model.logits(manager, BATCH).toFloatArray();
  }

  /** Writes every second tensor into one.safetensors, the others into two.safetensors. */
  private void writeShards(DecoderModel model) throws IOException {
    TinyModels.write(folder, model, TinyModels.folder());
    Files.delete(folder.resolve("model.safetensors"));
    Map<String, NDArray> one = new LinkedHashMap<>();
    Map<String, NDArray> two = new LinkedHashMap<>();
    model
        .parameters()
        .asMap()
        .forEach((name, array) -> (one.size() <= two.size() ? one : two).put(name, array));
    Safetensors.write(folder.resolve("one.safetensors"), one, Map.of("format", "pt"));
    Safetensors.write(folder.resolve("two.safetensors"), two, Map.of("format", "pt"));
    index("two.safetensors");
  }

  private void index(String second) throws IOException {
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"a\":\"one.safetensors\",\"b\":\"" + second + "\"}}");
  }
}
