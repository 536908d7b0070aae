package dev.clp.runtime.choices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChoiceTest {

  private static final List<String> OBJECTIVES = List.of("accuracy", "brevity");

  @TempDir Path folder;

  @Test
  void readsChoicesAndMarkedProposals() throws IOException {
    Choice.File read =
        read(
            """
            {"prompt":"p","chosen":"good","rejected":"bad"}
            {"prompt":"q","a":"one","b":"two","choice":"b",\
            "a_scores":{"accuracy":1,"brevity":-2.5},"b_scores":{"brevity":0,"accuracy":0.5}}
            {"prompt":"r","a":"one","b":"two","choice":null}
            {"prompt":"s","a":"one","b":"two","choice":""}
            {"chosen_scores":{"accuracy":1,"brevity":2},"rejected_scores":{"accuracy":0,"brevity":3}}
            """);
    assertThat(read.unmarked()).isEqualTo(2);
    assertThat(read.made()).hasSize(3);
    assertThat(read.made().get(0).chosen().text()).isEqualTo("good");
    assertThat(read.made().get(0).rejected().scores()).isEmpty();
    assertThat(read.made().get(1).chosen().text()).isEqualTo("two");
    assertThat(read.made().get(1).chosen().scores()).contains(List.of(0.5, 0.0));
    assertThat(read.made().get(1).rejected().scores()).contains(List.of(1.0, -2.5));
    assertThat(read.made().get(2).rejected().scores()).contains(List.of(0.0, 3.0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"prompt\":\"p\",\"chosen\":\"x\"} | 'rejected' holds no text",
        "{\"chosen\":\"x\",\"rejected\":\"y\"} | 'prompt' holds no text",
        "{\"prompt\":\"p\",\"a\":\"x\",\"b\":\"y\",\"choice\":\"c\"} | choice must be \"a\", \"b\"",
        "{\"prompt\":\"p\",\"a\":\"x\",\"b\":\"y\",\"choice\":null} | none of its 1 pairs is marked",
        "{\"prompt\":\"p\",\"chosen\":\"x\",\"rejected\":\"y\",\"chosen_scores\":{\"accuracy\":1}} |"
            + " chosen_scores must hold a number for each",
        "{\"prompt\":\"p\",\"chosen\":\"x\",\"rejected\":\"y\","
            + "\"chosen_scores\":{\"accuracy\":1,\"brevity\":\"2\"}} | chosen_scores must hold",
        "{\"prompt\":\"p\",\"chosen\":\"x\",\"rejected\":\"y\","
            + "\"chosen_scores\":{\"accuracy\":1,\"brevity\":2,\"more\":3}} | and nothing else",
        "{\"prompt\":\"p\",\"chosen\":[\"x\"],\"rejected\":\"y\"} | must hold a text",
        "[1] | expected an object",
        "{ | not JSON"
      })
  void malformedLinesAreNamed(String line, String message) {
    assertThatThrownBy(() -> read(line + "\n"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("choices.jsonl");
  }

  private Choice.File read(String text) throws IOException {
    Path file = folder.resolve("choices.jsonl");
    Files.writeString(file, text);
    return Choice.read(file, OBJECTIVES);
  }
}
