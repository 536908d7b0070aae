package dev.clp.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.api.Example;
import dev.clp.runtime.config.DataOptions;
import dev.clp.runtime.config.Overlap;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {

  /** Plain prompts need no model. */
  private static final Path MODEL = Path.of("none");

  @TempDir Path folder;

  @Test
  void holdsTheLastExamplesOut() throws IOException {
    Examples examples = Examples.read(options(10, Optional.empty(), Optional.empty(), 3, 2), MODEL);
    assertThat(ids(examples.training())).containsExactly("0", "1", "2", "3", "4");
    assertThat(ids(examples.calibration())).containsExactly("5", "6");
    assertThat(ids(examples.evaluation())).containsExactly("7", "8", "9");
    List<Example> all = new ArrayList<>(examples.training());
    all.addAll(examples.calibration());
    all.addAll(examples.evaluation());
    assertThat(all).doesNotHaveDuplicates().hasSize(10);
  }

  @Test
  void takesTheEvaluationFromAFileOfItsOwn() throws IOException {
    Path other = write("other.jsonl", 100, 4);
    Examples examples =
        Examples.read(options(5, Optional.empty(), Optional.of(other), 3, 2), MODEL);
    assertThat(ids(examples.training())).containsExactly("0", "1", "2");
    assertThat(ids(examples.calibration())).containsExactly("3", "4");
    assertThat(ids(examples.evaluation())).containsExactly("100", "101", "102");
  }

  @Test
  void splitsOnlyWhatTheLimitLets() throws IOException {
    Examples examples = Examples.read(options(10, Optional.of(6), Optional.empty(), 3, 2), MODEL);
    assertThat(ids(examples.training())).containsExactly("0");
    assertThat(ids(examples.evaluation())).containsExactly("3", "4", "5");
  }

  @Test
  void refusesTooFew() throws IOException {
    DataOptions options = options(5, Optional.empty(), Optional.empty(), 3, 2);
    assertThatThrownBy(() -> Examples.read(options, MODEL))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(options.file().toString())
        .hasMessageContainingAll(
            "5 examples", "2 of calibration", "3 of evaluation", "lower data.calibration");
  }

  @Test
  void saysHowManyExamplesAreInTwoParts() throws IOException {
    // Trained on: a, same, b; calibrated on: same, c, a; evaluated on: the first three again.
    Path data =
        Files.writeString(folder.resolve("twice.jsonl"), lines("a", "same", "b", "same", "c", "a"));
    assertThat(Examples.read(options(data, data, Overlap.WARN), MODEL).notices())
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith(data.toString())
        .contains(
            "2 of 3 examples of calibration are also in training, the first with the id '3'",
            "3 of 3 examples of evaluation are also in training, the first with the id '0'",
            "2 of 3 examples of evaluation are also in calibration, the first with the id '0'",
            "data.overlap");
    assertThatThrownBy(() -> Examples.read(options(data, data, Overlap.REFUSE), MODEL))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("2 of 3 examples of calibration", "data.overlap");
    assertThat(Examples.read(options(data, data, Overlap.ALLOW), MODEL).notices()).isEmpty();
  }

  @Test
  void anotherReferenceIsAnotherExample() throws IOException {
    Path data = Files.writeString(folder.resolve("data.jsonl"), lines("a", "b", "c", "d", "e"));
    Path other =
        Files.writeString(
            folder.resolve("other.jsonl"), lines("a", "x", "y").replace("good", "better"));
    assertThat(Examples.read(options(data, other, Overlap.REFUSE), MODEL).notices()).isEmpty();
  }

  @Test
  void saysHowManyAShortEvaluationFileHolds() throws IOException {
    Path data = Files.writeString(folder.resolve("data.jsonl"), lines("a", "b", "c", "d", "e"));
    Path other = Files.writeString(folder.resolve("other.jsonl"), lines("x", "y"));
    Examples examples = Examples.read(options(data, other, Overlap.WARN), MODEL);
    assertThat(examples.evaluation()).extracting(Example::prompt).containsExactly("x", "y");
    assertThat(examples.notices())
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith(other.toString())
        .contains("2 of the 3 examples", "data.evaluation");
  }

  private static DataOptions options(Path file, Path evaluation, Overlap overlap) {
    return new DataOptions(
        file,
        Optional.of("{text}"),
        Optional.empty(),
        Optional.empty(),
        List.of("answer"),
        Optional.of("id"),
        Optional.empty(),
        Optional.of(evaluation),
        3,
        3,
        overlap);
  }

  private static String lines(String... texts) {
    return IntStream.range(0, texts.length)
        .mapToObj(i -> "{\"id\":%d,\"text\":\"%s\",\"answer\":\"good\"}\n".formatted(i, texts[i]))
        .collect(Collectors.joining());
  }

  private DataOptions options(
      int count,
      Optional<Integer> limit,
      Optional<Path> evaluationFile,
      int evaluation,
      int calibration)
      throws IOException {
    return new DataOptions(
        write("data.jsonl", 0, count),
        Optional.of("{text}"),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.of("id"),
        limit,
        evaluationFile,
        evaluation,
        calibration,
        Overlap.WARN);
  }

  private Path write(String name, int first, int count) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = first; i < first + count; i++) {
      lines.append("{\"id\":").append(i).append(",\"text\":\"t").append(i).append("\"}\n");
    }
    return Files.writeString(folder.resolve(name), lines);
  }

  private static List<String> ids(List<Example> examples) {
    return examples.stream().map(Example::id).toList();
  }
}
