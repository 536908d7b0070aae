package dev.clp.runtime.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.rollout.ByteFallback;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.Tokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Text in pieces, beside the text of all tokens at once. */
class TextStreamTest {

  /** Decodes as a tokenizer whose tokens are bytes of UTF-8. */
  private static String decode(long[] tokens) {
    byte[] bytes = new byte[tokens.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) tokens[i];
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static long[] bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    long[] tokens = new long[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      tokens[i] = bytes[i] & 0xFF;
    }
    return tokens;
  }

  private static List<String> pieces(TextStream stream, long... tokens) {
    List<String> pieces = new ArrayList<>();
    for (long token : tokens) {
      if (!stream.isStopped()) {
        pieces.add(stream.append(token));
      }
    }
    pieces.add(stream.end());
    return pieces;
  }

  @Test
  void aCharacterIsNeverSentInHalves() {
    String text = "é \uD83D\uDE42\uD83D\uDE42 漢字 and so on, ".repeat(9);
    TextStream stream = new TextStream(TextStreamTest::decode, bytes("Wörter: "), List.of());
    List<String> pieces = pieces(stream, bytes(text));
    assertThat(pieces).allSatisfy(piece -> assertThat(piece).doesNotContain("\uFFFD"));
    assertThat(String.join("", pieces)).isEqualTo(text);
  }

  @Test
  void halfACharacterAtTheEndIsLeftOutAndOneInTheMidstIsNot() {
    long[] smile = bytes("\uD83D\uDE42");
    assertThat(
            pieces(
                new TextStream(TextStreamTest::decode, bytes("a"), List.of()),
                'b',
                smile[0],
                smile[1]))
        .containsExactly("b", "", "", "");
    assertThat(
            String.join(
                "",
                pieces(
                    new TextStream(TextStreamTest::decode, bytes("a"), List.of()),
                    smile[0],
                    0x80,
                    'b',
                    'c')))
        .isEqualTo(decode(new long[] {smile[0], 0x80, 'b', 'c'}))
        .endsWith("bc");
  }

  @ParameterizedTest
  @CsvSource({
    "one. Two, '. T', one",
    "one END two, END, 'one '",
    "one ENE two, END, one ENE two",
    "one EN, END, one EN",
    "aaab, aab, a",
    "abcabd, 'abd', abc",
    "xyz, xyz, ''"
  })
  void aStopStringAndItsBeginningsAreNotSent(String text, String stop, String expected) {
    TextStream stream = new TextStream(TextStreamTest::decode, bytes("p"), List.of("never", stop));
    List<String> pieces = new ArrayList<>();
    String sent = "";
    for (long token : bytes(text)) {
      if (!stream.isStopped()) {
        pieces.add(stream.append(token));
        sent = String.join("", pieces);
        assertThat(expected).startsWith(sent);
      }
    }
    assertThat(sent + stream.end()).isEqualTo(expected);
    assertThat(stream.isStopped()).isEqualTo(!text.equals(expected));
  }

  @Test
  void theFirstOfSeveralStopStringsEndsTheText() {
    TextStream stream =
        new TextStream(tokens -> "word\n\n".repeat(tokens.length), new long[0], List.of("\n", "w"));
    assertThat(stream.append(1)).isEmpty();
    assertThat(stream.isStopped()).isTrue();
  }

  @Test
  void piecesJoinToTheTextOfAllTokens(@TempDir Path folder) throws IOException {
    Random random = new Random(5);
    try (TextTokenizer tokenizer = ByteFallback.tokenizer(folder)) {
      Generator generator = Generator.of(tokenizer, Set.of(2L));
      for (int i = 0; i < 200; i++) {
        Tokens prompt = Tokens.of(1).then(characters(random));
        Tokens response = characters(random);
        TextStream stream = new TextStream(tokenizer::decode, prompt.toArray(), List.of());
        assertThat(String.join("", pieces(stream, response.toArray())))
            .isEqualTo(generator.text(prompt, response));
      }
    }
  }

  /** Returns whole characters, some spelt in bytes. */
  private static Tokens characters(Random random) {
    Tokens tokens = Tokens.of();
    for (int i = random.nextInt(60); i >= 0; i--) {
      int character = random.nextInt(5);
      tokens =
          tokens.then(
              character == 4
                  ? Tokens.of(7, 8, 9, 10)
                  : Tokens.of(new long[] {3, 4, 5, 11}[character]));
    }
    return tokens;
  }
}
