package dev.clp.rewards.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.Completion;
import dev.clp.api.Example;
import dev.clp.api.KlRange;
import dev.clp.api.contract.TestContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class EmbeddingTest {

  private static final Example EXAMPLE = new Example("e", "abc", List.of("ab", "c"), Map.of());

  private final LetterCounts encoders = new LetterCounts(new ArrayList<>());

  private float score(Against against, Example example, String response) {
    return score(against, Optional.empty(), example, response);
  }

  private float score(Against against, Optional<String> field, Example example, String response) {
    return new EmbeddingFactory()
        .create(
            new EmbeddingOptions(Path.of("model"), against, field, Optional.of(9)),
            new TestContext(List.of("first"), KlRange.fixed(0.1), Optional.empty(), encoders))
        .score(List.of(new Completion(example, "b"), new Completion(example, response)))[1];
  }

  /** Vectors (1, 1, 0) and (0, 0, 1) of the references, (1, 1, 1) of the prompt. */
  @Test
  void scoresTheCosineWithTheMostSimilarReferenceOrThePrompt() {
    assertThat(score(Against.REFERENCES, EXAMPLE, "aa"))
        .isCloseTo((float) Math.sqrt(0.5), within(1e-6f));
    assertThat(score(Against.REFERENCES, EXAMPLE, "ccc")).isEqualTo(1);
    assertThat(score(Against.PROMPT, EXAMPLE, "aa"))
        .isCloseTo((float) Math.sqrt(1.0 / 3), within(1e-6f));
    assertThat(score(Against.PROMPT, EXAMPLE, "")).as("no direction").isEqualTo(0);
    assertThat(encoders.asked()).startsWith(Path.of("model"), OptionalInt.of(9));
  }

  /** The field's vector is (0, 1, 1), the prompt's (1, 1, 1). */
  @Test
  void comparesWithTheFieldThatStandsForThePrompt() {
    Example example = new Example("e", "abc", List.of(), Map.of("user", "bc"));
    assertThat(score(Against.PROMPT, Optional.of("user"), example, "cc"))
        .isCloseTo((float) Math.sqrt(0.5), within(1e-6f));
    assertThatThrownBy(() -> score(Against.PROMPT, Optional.of("question"), example, "cc"))
        .hasMessageContainingAll("'e'", "no field 'question'", "[user]", "option field");
    assertThatThrownBy(() -> score(Against.REFERENCES, Optional.of("user"), example, "cc"))
        .hasMessageContainingAll("field is user", "set against = prompt");
  }

  @Test
  void refusesAnExampleWithoutReferences() {
    assertThatThrownBy(() -> score(Against.REFERENCES, Example.of("lonely", "abc"), "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'lonely'", "no reference", "against = prompt");
  }
}
