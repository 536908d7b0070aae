package dev.clp.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.training.Checkpoints.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {

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

  @Test
  void readsTheNewestAndDeletesTheOlder() throws IOException {
    Checkpoints checkpoints = new Checkpoints(folder);
    assertThat(checkpoints.lastStep()).isZero();
    assertThat(Checkpoints.seconds(folder)).isZero();
    assertThat(checkpoints.read(manager)).isEmpty();
    checkpoints.write(checkpoint(9));
    checkpoints.write(checkpoint(10));
    assertThat(names()).containsExactly("step-00000010");
    assertThat(checkpoints.lastStep()).isEqualTo(10);
    assertThat(Checkpoints.seconds(folder)).isEqualTo(5);
    Checkpoint read = checkpoints.read(manager).orElseThrow();
    assertThat(read.step()).isEqualTo(10);
    assertThat(read.seconds()).isEqualTo(5);
    assertThat(read.parameters().get("p").toFloatArray()).containsExactly(10, 0.1f);
    assertThat(read.optimizer().get("first.p").toFloatArray()).containsExactly(-10);
    assertThat(Checkpoints.trained(manager, folder, 10).orElseThrow().get("p").toFloatArray())
        .containsExactly(10, 0.1f);
    assertThat(Checkpoints.trained(manager, folder, 11)).as("not trained to its end").isEmpty();
  }

  @Test
  void readsAFolderThatDoesNotExist() {
    Checkpoints checkpoints = new Checkpoints(folder.resolve("absent"));
    assertThat(checkpoints.lastStep()).isZero();
    assertThat(checkpoints.read(manager)).isEmpty();
  }

  @Test
  void ignoresDraftsAndWritesOverThem() throws IOException {
    Checkpoints checkpoints = new Checkpoints(folder);
    checkpoints.write(checkpoint(2));
    Path draft = Files.createDirectories(folder.resolve("step-00000004.draft"));
    Files.writeString(draft.resolve("parameters.safetensors"), "torn");
    Files.writeString(draft.resolve("left-over"), "torn");
    assertThat(checkpoints.lastStep()).isEqualTo(2);
    assertThat(checkpoints.read(manager).orElseThrow().step()).isEqualTo(2);
    checkpoints.write(checkpoint(4));
    assertThat(names()).containsExactly("step-00000004");
    assertThat(folder.resolve("step-00000004/left-over")).doesNotExist();
    assertThat(checkpoints.read(manager).orElseThrow().step()).isEqualTo(4);
  }

  @Test
  void prefersTheNewerWhereACrashKeptBoth() throws IOException {
    new Checkpoints(folder).write(checkpoint(2));
    Path other = Files.createDirectories(folder.resolve("other"));
    new Checkpoints(other).write(checkpoint(12));
    Files.move(other.resolve("step-00000012"), folder.resolve("step-00000012"));
    assertThat(new Checkpoints(folder).read(manager).orElseThrow().step()).isEqualTo(12);
  }

  @Test
  void writesTheSameNamesInEveryLocale() throws IOException {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      new Checkpoints(folder).write(checkpoint(3));
    } finally {
      Locale.setDefault(before);
    }
    assertThat(names()).containsExactly("step-00000003");
  }

  @ParameterizedTest
  @CsvSource({
    "parameters.safetensors, 0",
    "parameters.safetensors, 20",
    "parameters.safetensors, -1",
    "optimizer.safetensors, 0",
    "optimizer.safetensors, -1",
    "state.json, 0",
    "state.json, 5",
    "state.json, -1"
  })
  void saysWhichFileIsTorn(String name, int length) throws IOException {
    Checkpoints checkpoints = new Checkpoints(folder);
    checkpoints.write(checkpoint(2));
    Path file = folder.resolve("step-00000002").resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, length < 0 ? bytes.length + length : length));
    assertThatThrownBy(() -> checkpoints.read(manager))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"parameters.safetensors", "optimizer.safetensors", "state.json"})
  void saysWhichFileIsMissing(String name) throws IOException {
    Checkpoints checkpoints = new Checkpoints(folder);
    checkpoints.write(checkpoint(2));
    Path file = folder.resolve("step-00000002").resolve(name);
    Files.delete(file);
    assertThatThrownBy(() -> checkpoints.read(manager))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file.toString());
  }

  private Checkpoint checkpoint(int step) {
    Map<String, NDArray> parameters = Map.of("p", manager.create(new float[] {step, 0.1f}));
    Map<String, NDArray> moments = Map.of("first.p", manager.create(new float[] {-step}));
    return new Checkpoint(step, step / 2.0, parameters, moments);
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.map(path -> path.getFileName().toString()).toList().stream();
    }
  }
}
