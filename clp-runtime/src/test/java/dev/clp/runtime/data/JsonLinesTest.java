package dev.clp.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.api.Example;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLinesTest {

  private static final String GOOD = "{\"id\":\"a\",\"text\":\"hello\",\"reference\":\"hi\"}";

  @TempDir Path folder;

  @Test
  void fillsTheTemplateWithFields() throws IOException {
    Path file =
        write(
            """
            {"id":7,"text":"a $1 \\\\ {id}","references":["x","y"],"score":0.5}\r

            {"id":"b","text":"ü","references":"z","none":null}\
            """);
    assertThat(
            JsonLines.read(
                file,
                "{text}! {id} {}",
                List.of("references"),
                Optional.of("id"),
                Optional.empty()))
        .containsExactly(
            new Example(
                "7",
                "a $1 \\ {id}! 7 {}",
                List.of("x", "y"),
                Map.of("id", "7", "text", "a $1 \\ {id}", "score", "0.5")),
            new Example(
                "b", "ü! b {}", List.of("z"), Map.of("id", "b", "text", "ü", "references", "z")));
  }

  @Test
  void namesExamplesByLineAndReadsNoMoreThanAsked() throws IOException {
    Path file = write("\n" + GOOD + "\n" + GOOD + "\nnot JSON");
    List<Example> read =
        JsonLines.read(file, "{text}", List.of(), Optional.empty(), Optional.of(2));
    assertThat(read).extracting(Example::id).containsExactly("line-2", "line-3");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          not JSON             | {"text":                                     | not JSON
          two objects          | {"id":"b","text":"x","reference":"y"} {}     | not JSON
          array                | ["text"]                                     | expected an object such as {"prompt": "..."}, but found a list; write one object per line
          number               | 5                                            | expected an object such as {"prompt": "..."}, but found a number
          missing field        | {"id":"b","reference":"y"}                   | field 'text' holds no text; the line's fields are [id, reference]
          null field           | {"id":"b","text":null,"reference":"y"}       | field 'text' holds no text
          object field         | {"id":"b","text":{},"reference":"y"}         | field 'text' must hold a text, but holds an object
          array field          | {"id":"b","text":["x"],"reference":"y"}      | field 'text' must hold a text, but holds a list
          missing reference    | {"id":"b","text":"x"}                        | field 'reference' holds no text
          empty reference      | {"id":"b","text":"x","reference":" "}         | field 'reference' holds an empty response; write one, or leave the line out
          null among references | {"id":"b","text":"x","reference":["y",null]} | field 'reference' holds no text
          object among references | {"id":"b","text":"x","reference":[{}]}     | field 'reference' must hold a text, but holds an object
          duplicate field      | {"id":"b","text":"x","text":"z","reference":"y"} | the field 'text' occurs twice; remove one of the two
          NaN                  | {"id":"b","text":"x","reference":"y","score":NaN} | the field 'score' holds NaN, which is no number in JSON; write a finite number
          nested infinity      | {"id":"b","text":"x","reference":"y","scores":[1,-Infinity]} | the field 'scores' holds -Infinity
          missing id           | {"text":"x","reference":"y"}                 | field 'id' holds no text
          duplicate id         | {"id":"a","text":"x","reference":"y"}        | id 'a' occurs twice
          """)
  void refusesAMalformedLine(String what, String line, String message) throws IOException {
    Path file = write(GOOD + "\n" + line + "\n");
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file + ":2: ")
        .hasMessageContaining(message);
  }

  @Test
  void readsAFileThatBeginsWithAByteOrderMark() throws IOException {
    assertThat(read(write("\uFEFF" + GOOD + "\n"))).isEqualTo(read(write(GOOD)));
  }

  @Test
  void refusesATemplateWithAnUnknownField() throws IOException {
    Path file = write(GOOD);
    assertThatThrownBy(
            () -> JsonLines.read(file, "{document}", List.of(), Optional.empty(), Optional.empty()))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file + ":1: ")
        .hasMessageContainingAll("'document'", "[id, text, reference]");
  }

  @Test
  void saysWhichLineIsNotUtf8() throws IOException {
    Path file = folder.resolve("latin.jsonl");
    String lines = GOOD + "\n" + GOOD.replace("\"a\"", "\"b\"") + "\n";
    Files.write(
        file,
        (lines + GOOD.replace("\"a\"", "\"c\"").replace("hello", "h\u00e4llo"))
            .getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file + ":3: ")
        .hasMessageContainingAll("not UTF-8", "convert");
  }

  @Test
  void refusesEmptyAndMissingFiles() throws IOException {
    Path blank = write("\n  \n");
    assertThatThrownBy(() -> read(blank))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(blank.toString(), "no example", "one JSON object per line");
    Path empty = write("");
    assertThatThrownBy(() -> read(empty))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no example");
    Path absent = folder.resolve("absent.jsonl");
    assertThatThrownBy(() -> read(absent))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(absent.toString(), "no such file");
    assertThatThrownBy(() -> read(folder))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(folder.toString());
  }

  private static List<Example> read(Path file) {
    return JsonLines.read(
        file, "{text}", List.of("reference"), Optional.of("id"), Optional.empty());
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("data.jsonl"), text);
  }
}
