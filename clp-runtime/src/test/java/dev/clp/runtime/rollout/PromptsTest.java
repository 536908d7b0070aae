package dev.clp.runtime.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Example;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.SpecialTokens;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.decoder.DecoderModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptsTest {

  @ParameterizedTest
  @CsvSource({"12, 4", "12, 5", "5, 12", "7, 7", "1, 3", "13, 1"})
  void everyPassVisitsEachExampleOnce(int examples, int perStep) {
    Prompts.Order order = prompts(examples).order(3);
    List<String> visited = new ArrayList<>();
    for (int step = 1; step <= 4 * examples; step++) {
      List<Prompts.Prompt> chosen = order.ofStep(step, perStep);
      assertThat(chosen).hasSize(perStep);
      chosen.forEach(prompt -> visited.add(prompt.example().id()));
    }
    for (int at = 0; at + examples <= visited.size(); at += examples) {
      assertThat(visited.subList(at, at + examples)).doesNotHaveDuplicates();
    }
  }

  @Test
  void aPromptThatBeginsTwiceIsNamed() {
    SpecialTokens special = new SpecialTokens(OptionalLong.of(1), Set.of(2L));
    assertThat(begins(1, 1, 5).doubledBeginning(special))
        .hasValueSatisfying(
            notice ->
                assertThat(notice)
                    .contains(
                        "example 'twice'", "two beginning-of-sequence tokens", "data.prompt"));
    assertThat(begins(1, 5, 1).doubledBeginning(special)).isEmpty();
    assertThat(begins(1, 1, 5).doubledBeginning(new SpecialTokens(OptionalLong.empty(), Set.of())))
        .isEmpty();
  }

  private static Prompts begins(long... tokens) {
    return new Prompts(List.of(new Prompts.Prompt(Example.of("twice", "x"), Tokens.of(tokens))));
  }

  @Test
  void aStepDependsOnSeedAndNumberAlone() {
    Prompts prompts = prompts(20);
    Prompts.Order order = prompts.order(3);
    List<Prompts.Prompt> ninth = order.ofStep(9, 6);
    assertThat(prompts.order(3).ofStep(9, 6)).isEqualTo(ninth);
    assertThat(prompts.order(4).ofStep(9, 6)).isNotEqualTo(ninth);
    List<Prompts.Prompt> first = order.ofStep(1, 20);
    assertThat(order.ofStep(9, 6)).as("whatever was asked for before").isEqualTo(ninth);
    assertThat(first).isNotEqualTo(order.ofStep(2, 20));
    assertThat(new HashSet<>(first)).hasSize(20);
  }

  /** Shuffling indices draws what shuffling the prompts themselves drew. */
  @Test
  void aPassIsAShuffleOfThePrompts() {
    Prompts prompts = prompts(20);
    for (long pass : new long[] {0, 1}) {
      List<Prompts.Prompt> shuffled = new ArrayList<>(prompts.items());
      Collections.shuffle(shuffled, new Random(RandomStreams.derive(3, "order", pass)));
      assertThat(prompts.order(3).ofStep((int) pass + 1, 20)).isEqualTo(shuffled);
    }
  }

  @Test
  void tokenizesAndRefusesWhatDoesNotFit() {
    try (NDManager manager = Torch.newManager();
        TextTokenizer tokenizer = TinyModels.tokenizer()) {
      DecoderModel model = TinyModels.llama(manager, TinyModels.VOCABULARY, true, 1);
      Prompts prompts =
          Prompts.of(List.of(Example.of("a", "red cat")), tokenizer, Optional.empty(), model, 61);
      assertThat(prompts.items())
          .containsExactly(new Prompts.Prompt(Example.of("a", "red cat"), Tokens.of(1, 3, 9)));
      assertThatThrownBy(
              () ->
                  Prompts.of(
                      List.of(Example.of("a", "red cat")), tokenizer, Optional.empty(), model, 62))
          .isInstanceOf(UserException.class)
          .hasMessageContainingAll("'a'", "3 tokens", "62", "64", "max-new-tokens");
    }
  }

  @Test
  void cutsThePromptAndItsTextAlike() {
    try (NDManager manager = Torch.newManager();
        TextTokenizer tokenizer = TinyModels.tokenizer()) {
      DecoderModel model = TinyModels.llama(manager, TinyModels.VOCABULARY, true, 1);
      List<Example> examples =
          List.of(Example.of("a", "red cat owl dog"), Example.of("b", "red  cat"));
      assertThat(Prompts.of(examples, tokenizer, Optional.of(3), model, 61).items())
          .containsExactly(
              new Prompts.Prompt(Example.of("a", "red cat"), Tokens.of(1, 3, 9)),
              new Prompts.Prompt(Example.of("b", "red  cat"), Tokens.of(1, 3, 9)));
    }
  }

  private static Prompts prompts(int count) {
    return new Prompts(
        IntStream.range(0, count)
            .mapToObj(i -> new Prompts.Prompt(Example.of("e" + i, "red"), Tokens.of(1, 3)))
            .toList());
  }
}
