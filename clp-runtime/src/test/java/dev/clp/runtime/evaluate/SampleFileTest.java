package dev.clp.runtime.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.clp.api.Sample;
import dev.clp.api.Weighting;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.store.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SampleFileTest {

  private static final List<Sample> SAMPLES =
      List.of(
          sample("full-clp", "a\nb \"c\" \u2028 ü 🦉", 0.1 + 0.2),
          sample(Sample.REFERENCE, "", Double.NEGATIVE_INFINITY));

  @TempDir Path folder;

  @Test
  void readsWhatItWrote() throws IOException {
    Path file = folder.resolve("new/folder/samples.jsonl");
    AtomicFiles.write(file, out -> SampleFile.write(out, SAMPLES));
    assertThat(Files.readAllLines(file)).hasSize(2);
    assertThat(SampleFile.read(file, true)).isEqualTo(SAMPLES);
    AtomicFiles.write(file, out -> SampleFile.write(out, SAMPLES.subList(0, 1)));
    assertThat(SampleFile.read(file, true)).isEqualTo(SAMPLES.subList(0, 1));
    assertThat(file.resolveSibling("samples.jsonl.draft")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "null",
        "5",
        "",
        "{}",
        "{\"policy\":\"x\"}",
        "{\"unknown\":1}",
        "WHOLE {}"
      })
  void refusesAMalformedLine(String line) throws IOException {
    Path file = whole();
    String first = Files.readAllLines(file).get(0);
    Files.writeString(file, first + "\n" + line.replace("WHOLE", first) + "\n" + first + "\n");
    refuses(file);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "policy":"full-clp",             | ``
          "tokens":7,                      | ``
          "logProbability":[^,]*,          | ``
          "scores":.1.0,-2.5.,             | ``
          "scores":.1.0                    | "scores":[null
          "response":"                     | "answer":"
          "weights":.0.25,0.75.            | "weights":[0.25,0.25]
          "weights":.0.25,0.75.            | "weights":null
          "kl":0.1                         | "kl":2
          "tokens":7                       | "tokens":"many"
          """)
  void refusesALineWithAFieldMissingOrWrong(String pattern, String replacement) throws IOException {
    Path file = whole();
    List<String> lines = Files.readAllLines(file);
    String broken = lines.get(0).replaceFirst(pattern, replacement);
    assertThat(broken).isNotEqualTo(lines.get(0));
    Files.writeString(file, lines.get(0) + "\n" + broken + "\n");
    refuses(file);
  }

  /** Rows of older runs do not say what the responses were drawn from; the caller knows. */
  @Test
  void readsRowsWithoutTheSamplingLogProbability() throws IOException {
    Path file = whole();
    String old = Files.readString(file).replaceAll(",\"samplingLogProbability\":[^}]*", "");
    assertThat(old).doesNotContain("sampling");
    Files.writeString(file, old);
    assertThat(SampleFile.read(file, true)).isEqualTo(SAMPLES);
    assertThat(SampleFile.read(file, false))
        .extracting(Sample::samplingLogProbability, Sample::logRatio)
        .containsOnly(tuple(OptionalDouble.empty(), OptionalDouble.empty()));
  }

  @Test
  void keepsWhetherTheSamplingLogProbabilityIsKnown() {
    Sample known = SAMPLES.get(0);
    List<Sample> samples =
        Stream.of(OptionalDouble.of(-0.25), OptionalDouble.empty())
            .map(
                logProbability ->
                    new Sample(
                        known.policy(),
                        known.seed(),
                        known.weighting(),
                        known.example(),
                        known.prompt(),
                        known.response(),
                        known.tokens(),
                        known.scores(),
                        known.logProbability(),
                        known.referenceLogProbability(),
                        logProbability))
            .toList();
    Path file = folder.resolve("samples.jsonl");
    AtomicFiles.write(file, out -> SampleFile.write(out, samples));
    assertThat(SampleFile.read(file, true)).isEqualTo(samples);
  }

  @Test
  void refusesAFileThatIsMissingOrNotUtf8() throws IOException {
    assertThatThrownBy(() -> SampleFile.read(folder.resolve("absent.jsonl"), true))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("absent.jsonl", "there is no such file");
    Path file = Files.write(folder.resolve("binary.jsonl"), new byte[] {'"', (byte) 0xff, '"'});
    assertThatThrownBy(() -> SampleFile.read(file, true))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(file.toString(), "clp resume");
  }

  private static void refuses(Path file) {
    assertThatThrownBy(() -> SampleFile.read(file, true))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file + ":2: not a sample")
        .hasMessageContaining("clp resume");
  }

  private Path whole() {
    Path file = folder.resolve("samples.jsonl");
    AtomicFiles.write(file, out -> SampleFile.write(out, SAMPLES));
    return file;
  }

  private static Sample sample(String policy, String response, double logProbability) {
    return new Sample(
        policy,
        3,
        new Weighting(List.of(0.25, 0.75), 0.1),
        "line-1",
        "prompt",
        response,
        7,
        List.of(1.0, -2.5),
        logProbability,
        -1.5);
  }
}
