package dev.clp.rewards.nli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.Completion;
import dev.clp.api.ComponentContext;
import dev.clp.api.Example;
import dev.clp.api.KlRange;
import dev.clp.api.RewardModel;
import dev.clp.api.contract.TestContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NliTest {

  private static final Example EXAMPLE =
      new Example("e", "a b Summary:", List.of(), Map.of("document", "a b c"));

  private static NliReward reward(String label, Optional<String> premise) {
    return new NliReward(new NliOptions(Path.of("model"), label, premise), new SharedWords());
  }

  @Test
  void scoresTheProbabilityOfTheLabel() {
    float[] scores =
        reward("entailment", Optional.empty())
            .score(List.of(new Completion(EXAMPLE, "a b c"), new Completion(EXAMPLE, "x")));
    // Logits 1 and 2, then 1 and 0.
    assertThat(scores[0]).isCloseTo((float) (1 / (1 + Math.exp(-1))), within(1e-6f));
    assertThat(scores[1]).isCloseTo((float) (1 / (1 + Math.exp(1))), within(1e-6f));
    float[] others =
        reward("contradiction", Optional.empty()).score(List.of(new Completion(EXAMPLE, "a b c")));
    assertThat(others[0]).isCloseTo(1 - scores[0], within(1e-6f));
  }

  @Test
  void takesThePremiseFromAField() {
    List<Completion> completions = List.of(new Completion(EXAMPLE, "a b c"));
    assertThat(reward("entailment", Optional.of("document")).score(completions)[0])
        .as("every word stands in the document")
        .isGreaterThan(reward("entailment", Optional.empty()).score(completions)[0]);
    assertThatThrownBy(() -> reward("entailment", Optional.of("text")).score(completions))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'e'", "no field 'text'", "[document]", "leave it out");
  }

  @Test
  void staysFiniteAtExtremeLogits() {
    float[] scores =
        reward("entailment", Optional.empty())
            .score(List.of(new Completion(EXAMPLE, "x ".repeat(5000))));
    assertThat(scores).containsExactly(0f);
  }

  @Test
  void namesTheLabelsThatThereAre() {
    assertThatThrownBy(() -> reward("ENTAILMENT", Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "model", "no label 'ENTAILMENT'", "[contradiction, entailment]", "option label");
  }

  @Test
  void opensTheFolderThatTheOptionsName() {
    ComponentContext context =
        new TestContext(
            List.of("first"),
            KlRange.fixed(0.1),
            Optional.empty(),
            (folder, reading) -> {
              throw new IllegalArgumentException("asked for " + folder);
            });
    assertThatThrownBy(
            () -> {
              RewardModel unused =
                  new NliFactory()
                      .create(
                          new NliOptions(Path.of("judge"), "entailment", Optional.empty()),
                          context);
            })
        .hasMessage("asked for judge");
  }
}
