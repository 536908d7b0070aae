package dev.clp.runtime.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Example;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.decoder.DecoderModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What rewards read: prompts cut between characters, responses that join them exactly. */
class ResponseTextTest {

  private TextTokenizer tokenizer;
  private Generator generator;

  @BeforeEach
  void open(@TempDir Path folder) throws IOException {
    tokenizer = ByteFallback.tokenizer(folder);
    generator = Generator.of(tokenizer, Set.of(2L));
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  @Test
  void aNewWordKeepsItsSpaceAndTheRestOfAWordHasNone() {
    Tokens prompt = Tokens.of(1, 3, 4);
    assertThat(tokenizer.decode(prompt.toArray())).isEqualTo("a");
    assertThat(generator.text(prompt, Tokens.of(3, 5))).isEqualTo(" n");
    assertThat(generator.text(prompt, Tokens.of(5, 3, 6, 2))).isEqualTo("n b");
    assertThat(generator.text(prompt, Tokens.of(2))).isEmpty();
    assertThat(generator.text(prompt, Tokens.of(ByteFallback.SMILE))).isEqualTo("\uD83D\uDE42");
  }

  @Test
  void promptAndResponseJoinToTheTextOfAllTokens() {
    Random random = new Random(4);
    for (int i = 0; i < 200; i++) {
      Tokens prompt = Tokens.of(1).then(characters(random));
      Tokens response = characters(random);
      assertThat(tokenizer.decode(prompt.toArray()) + generator.text(prompt, response))
          .isEqualTo(tokenizer.decode(prompt.then(response).toArray()));
    }
  }

  /** The prompt is {@code <s> _ a _ F0 9F 99 82 n}. */
  @ParameterizedTest
  @CsvSource({"3, 3", "4, 4", "5, 4", "6, 4", "7, 4", "8, 8", "9, 9", "12, 9"})
  void aPromptIsCutBetweenCharacters(int keep, int expected) {
    long[] all = {1, 3, 4, 3, 7, 8, 9, 10, 5};
    try (NDManager manager = Torch.newManager()) {
      DecoderModel model = TinyModels.llama(manager, TinyModels.VOCABULARY, true, 1);
      Example example = Example.of("a", "a \uD83D\uDE42n");
      Prompts.Prompt cut =
          Prompts.of(List.of(example), tokenizer, Optional.of(keep), model, 5).items().get(0);
      assertThat(cut.tokens()).isEqualTo(Tokens.of(Arrays.copyOf(all, expected)));
      assertThat(example.prompt()).startsWith(cut.example().prompt());
      assertThat(cut.example().prompt()).doesNotContain("\uFFFD");
    }
  }

  /** Returns some whole characters, one that is spelt in bytes among them. */
  private static Tokens characters(Random random) {
    Tokens tokens = Tokens.of();
    for (int i = random.nextInt(6); i >= 0; i--) {
      tokens =
          tokens.then(
              random.nextInt(4) == 0
                  ? Tokens.of(ByteFallback.SMILE)
                  : Tokens.of(3 + random.nextInt(4)));
    }
    return tokens;
  }
}
