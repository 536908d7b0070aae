package dev.clp.plugins.prompting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.api.ComponentContext;
import dev.clp.api.KlRange;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordingTest {

  private static final ComponentContext FIXED =
      new TestContext(List.of("brevity", "valence"), KlRange.fixed(0.1));
  private static final KlRange RANGE = new KlRange(0.05, 0.5, KlRange.Scale.UNIFORM);

  private static String prompting(
      PromptingOptions options, ComponentContext context, Weighting weighting) {
    PromptedCopy copy = (PromptedCopy) new Prompting().create(options, context);
    return copy.wording().write("Tell $1 {story}", weighting);
  }

  private static PromptingOptions numbers(int decimals) {
    return new PromptingOptions(Optional.empty(), decimals, List.of());
  }

  @Test
  void namesAllWeightsBeforeThePrompt() {
    assertThat(prompting(numbers(2), FIXED, new Weighting(List.of(0.25, 0.75), 0.1)))
        .isEqualTo("brevity: 0.25, valence: 0.75\nTell $1 {story}");
  }

  @Test
  void roundsWeights() {
    assertThat(prompting(numbers(1), FIXED, new Weighting(List.of(0.26, 0.74), 0.1)))
        .startsWith("brevity: 0.3, valence: 0.7\n");
  }

  @Test
  void namesTheKlCoefficientIfItVaries() {
    assertThat(
            prompting(
                numbers(2),
                new TestContext(FIXED.objectives(), RANGE),
                new Weighting(List.of(1.0, 0.0), 0.2)))
        .startsWith("brevity: 1.00, valence: 0.00, kl: 0.20\n");
    assertThat(
            prompting(
                numbers(2),
                new TestContext(List.of("only"), RANGE),
                new Weighting(List.of(1.0), 0.2)))
        .startsWith("kl: 0.20\n");
  }

  @ParameterizedTest
  @CsvSource({"0, none", "0.16, none", "0.17, some", "0.5, much", "0.84, all", "1, all"})
  void levelsAreEqualSteps(double weight, String word) {
    PromptingOptions options =
        new PromptingOptions(
            Optional.of("{prompt} {valence}"), 2, List.of("none", "some", "much", "all"));
    assertThat(prompting(options, FIXED, new Weighting(List.of(1 - weight, weight), 0.1)))
        .isEqualTo("Tell $1 {story} " + word);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{prompt}", "{valence}", "no gap", "{prompt} {humour}", "{prompt} {}"})
  void templatesWithoutTheirGapsAreRefused(String template) {
    assertThatThrownBy(
            () ->
                new Prompting()
                    .create(new PromptingOptions(Optional.of(template), 2, List.of()), FIXED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("{valence}")
        .hasMessageContaining("'" + template + "'");
  }

  @Test
  void oneLevelIsNone() {
    assertThatThrownBy(() -> new PromptingOptions(Optional.empty(), 2, List.of("much")))
        .hasMessageContaining("at least two");
  }

  private static String personalized(PersonalizedPromptOptions options, double first) {
    PromptedCopy copy = (PromptedCopy) new PersonalizedPrompt().create(options, FIXED);
    return copy.wording().write("Go on.", new Weighting(List.of(first, 1 - first), 0.1));
  }

  private static PersonalizedPromptOptions phrases(Optional<Double> threshold, String... phrases) {
    return new PersonalizedPromptOptions(List.of(phrases), threshold, "{preferences}\n{prompt}");
  }

  @Test
  void asksForWhatHasAtLeastAnEqualWeight() {
    PersonalizedPromptOptions options = phrases(Optional.empty());
    assertThat(personalized(options, 0.9)).isEqualTo("Prefer brevity.\nGo on.");
    assertThat(personalized(options, 0.5)).isEqualTo("Prefer brevity. Prefer valence.\nGo on.");
    assertThat(personalized(options, 0.1)).isEqualTo("Prefer valence.\nGo on.");
  }

  @Test
  void asksInThePhrasesGiven() {
    PersonalizedPromptOptions options = phrases(Optional.of(0.2), "Be brief!", "Be kind!");
    assertThat(personalized(options, 0.2)).isEqualTo("Be brief! Be kind!\nGo on.");
    assertThat(personalized(options, 0.1)).isEqualTo("Be kind!\nGo on.");
  }

  @Test
  void phrasesAreOnePerObjective() {
    assertThatThrownBy(() -> personalized(phrases(Optional.empty(), "Be brief!"), 0.5))
        .hasMessageContaining("[brevity, valence]")
        .hasMessageContaining("found 1");
  }
}
