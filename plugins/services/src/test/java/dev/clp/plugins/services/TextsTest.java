package dev.clp.plugins.services;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextsTest {

  @Test
  void longTextsAreShortened() {
    assertThat(Texts.shorten(" two\n  lines ")).isEqualTo("two lines");
    assertThat(Texts.shorten("x".repeat(1000))).hasSize(303).endsWith("...");
    assertThat(Texts.shorten("x".repeat(299) + "\uD83C\uDF09y")).isEqualTo("x".repeat(299) + "...");
  }

  /** What a terminal, or who reads it, would take for something else. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\0',
      value = {
        "001b, clears the screen", "0007, rings", "0008, goes back", "000d, goes to the start",
        "0000, ends a string", "007f, deletes", "009b, begins a sequence", "202e, turns round",
        "2066, turns round", "200f, turns round", "2028, breaks the line", "feff, is not seen",
        "d83c, is half a character"
      })
  void whatATerminalObeysIsEscaped(String code, String why) {
    String character = String.valueOf((char) Integer.parseInt(code, 16));
    assertThat(Texts.printable("a" + character + "b")).as(why).isEqualTo("a\\u" + code + "b");
    assertThat(Texts.shorten("a" + character + "b")).as(why).doesNotContain(character);
  }

  @Test
  void whatIsSeenStays() {
    String text =
        "a\tb\nДа, é, 橋, \uD83C\uDF09, \uD83D\uDC68\u200D\uD83D\uDC67, می\u200Cخواهم \\ \"";
    assertThat(Texts.printable(text)).isEqualTo(text);
    assertThat(Texts.printable("\uDB40\uDC41")).as("an invisible tag").isEqualTo("\\udb40\\udc41");
  }
}
