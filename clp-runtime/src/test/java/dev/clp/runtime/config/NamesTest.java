package dev.clp.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

  @ParameterizedTest
  @ValueSource(strings = {"full-clp", "1", "größe π", "日本語", "a_b-c", "console", "x\u0301y"})
  void namesOfAnyScriptMayBePartsOfFileNames(String name) {
    assertThat(Names.fileNameProblem(name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " a",
        "a ",
        "-a",
        "a/../../x",
        "a.b",
        "a\\b",
        "a:b",
        "NUL",
        "com1",
        "a\nb",
        "a\u202Eb",
        "\u0301a",
        "a\u00A0b"
      })
  void whatASystemRefusesOrMisreadsIsNone(String name) {
    assertThat(Names.fileNameProblem(name)).get().asString().contains("but found '" + name + "'");
  }

  @Test
  void longNamesAreNone() {
    assertThat(Names.fileNameProblem("a".repeat(100))).isEmpty();
    assertThat(Names.fileNameProblem("a".repeat(101))).isPresent();
    // 180 bytes in UTF-8, and suffixes follow where a system allows 255.
    assertThat(Names.fileNameProblem("\u65E5".repeat(60))).isEmpty();
    assertThat(Names.fileNameProblem("\u65E5".repeat(61))).isPresent();
  }
}
