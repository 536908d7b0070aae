package dev.clp.rewards.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clp.api.Completion;
import dev.clp.api.Example;
import dev.clp.api.KlRange;
import dev.clp.api.Message;
import dev.clp.api.Reading;
import dev.clp.api.RewardModel;
import dev.clp.api.TextClassifier;
import dev.clp.api.TextClassifiers;
import dev.clp.api.contract.TestContext;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassifierTest {

  private static final Offset<Float> CLOSE = within(1e-6f);
  private static final Example EXAMPLE =
      new Example("e", "a b Summary:", List.of(), Map.of("document", "a b c"));

  /** Gives every pair the same logits, and remembers how it was opened and what it was asked. */
  private static final class Fixed implements TextClassifier {

    private final List<String> labels;
    private final float[] logits;
    private final List<TextPair> asked = new ArrayList<>();
    private Reading reading;

    Fixed(List<String> labels, float... logits) {
      this.labels = labels;
      this.logits = logits;
    }

    @Override
    public List<String> labels() {
      return labels;
    }

    @Override
    public float[][] logits(List<TextPair> pairs) {
      asked.addAll(pairs);
      return pairs.stream().map(pair -> logits.clone()).toArray(float[][]::new);
    }
  }

  private static ClassifierOptions options(
      Optional<String> label, Map<String, Double> labels, Activation activation) {
    return new ClassifierOptions(
        Path.of("model"),
        label,
        labels,
        Pair.PROMPT_RESPONSE,
        Optional.empty(),
        Template.NONE,
        Optional.empty(),
        activation,
        Optional.empty(),
        32);
  }

  private static ClassifierOptions reading(Pair pair, Optional<String> premise) {
    return new ClassifierOptions(
        Path.of("model"),
        Optional.empty(),
        Map.of(),
        pair,
        premise,
        Template.NONE,
        Optional.empty(),
        Activation.NONE,
        Optional.of(100),
        7);
  }

  private static float score(ClassifierOptions options, Fixed classifier) {
    return new ClassifierFactory()
        .create(
            options,
            new TestContext(
                List.of("first"),
                KlRange.fixed(0.1),
                Optional.empty(),
                (folder, reading) -> {
                  classifier.reading = reading;
                  return classifier;
                }))
        .score(List.of(new Completion(EXAMPLE, "a c")))[0];
  }

  /** Logits 1, 2 and 3; the softmax of the middle one is e^2 / (e + e^2 + e^3) = 0.244728. */
  @ParameterizedTest
  @CsvSource({"NONE, 2", "SIGMOID, 0.880797", "SOFTMAX, 0.244728", "LOG_ODDS, -1.126928"})
  void appliesTheActivation(Activation activation, float expected) {
    Fixed classifier = new Fixed(List.of("x", "y", "z"), 1, 2, 3);
    assertThat(score(options(Optional.of("y"), Map.of(), activation), classifier))
        .isCloseTo(expected, CLOSE);
  }

  @ParameterizedTest
  @CsvSource({"NONE, 1e30", "SIGMOID, 1", "SOFTMAX, 1", "LOG_ODDS, 2e30"})
  void staysFiniteAtExtremeLogits(Activation activation, float expected) {
    Fixed classifier = new Fixed(List.of("x", "y"), -1e30f, 1e30f);
    assertThat(score(options(Optional.of("y"), Map.of(), activation), classifier))
        .isEqualTo(expected);
  }

  @Test
  void sumsLabelsWithTheirWeights() {
    Fixed classifier = new Fixed(List.of("x", "y", "z"), 1, 2, 3);
    assertThat(
            score(
                options(Optional.empty(), Map.of("x", 0.5, "z", -2.0), Activation.NONE),
                classifier))
        .isEqualTo(-5.5f);
    assertThat(
            score(
                options(Optional.empty(), Map.of("x", 1.0, "y", 1.0, "z", 1.0), Activation.SOFTMAX),
                classifier))
        .isCloseTo(1, CLOSE);
  }

  @Test
  void readsWhatThePairSays() {
    Fixed classifier = new Fixed(List.of("score"), 3);
    assertThat(score(reading(Pair.PROMPT_RESPONSE, Optional.empty()), classifier)).isEqualTo(3);
    assertThat(classifier.asked)
        .containsExactly(new TextClassifier.TextPair("a b Summary:", "a c"));
    assertThat(classifier.reading)
        .isEqualTo(new Reading(Reading.Input.PAIR, OptionalInt.of(100), 7));
    classifier.asked.clear();
    score(reading(Pair.PREMISE_HYPOTHESIS, Optional.of("document")), classifier);
    score(reading(Pair.PREMISE_HYPOTHESIS, Optional.empty()), classifier);
    assertThat(classifier.asked)
        .containsExactly(
            new TextClassifier.TextPair("a b c", "a c"),
            new TextClassifier.TextPair("a b Summary:", "a c"));
    classifier.asked.clear();
    score(reading(Pair.RESPONSE, Optional.empty()), classifier);
    assertThat(classifier.reading.input()).isEqualTo(Reading.Input.SECOND_ALONE);
    assertThat(classifier.asked).extracting("second").containsExactly("a c");
  }

  private static ClassifierOptions chat(Pair pair, Optional<String> date) {
    return new ClassifierOptions(
        Path.of("model"),
        Optional.empty(),
        Map.of(),
        pair,
        Optional.empty(),
        Template.CHAT,
        date,
        Activation.NONE,
        Optional.empty(),
        7);
  }

  /** Opens one classifier, and renders messages as {@code role:text;}, the date before them. */
  private record Chats(Fixed classifier) implements TextClassifiers {

    @Override
    public TextClassifier open(Path folder, Reading reading) {
      classifier.reading = reading;
      return classifier;
    }

    @Override
    public Function<List<Message>, String> chatTemplate(Path folder, Optional<LocalDate> date) {
      return messages ->
          messages.stream()
              .map(said -> said.role() + ":" + said.text() + ";")
              .collect(Collectors.joining("", date.map(LocalDate::toString).orElse(""), ""));
    }
  }

  @Test
  void readsTheWholeConversationByTheFoldersTemplate() {
    Fixed classifier = new Fixed(List.of("score"), 3);
    List<Message> said =
        List.of(
            new Message("system", "Be brief."),
            new Message("user", "Hi"),
            new Message("assistant", "Hello"),
            new Message("user", "Why?"));
    Example conversation = new Example("e", "<rendered>", said, List.of(), Map.of());
    RewardModel reward =
        new ClassifierFactory()
            .create(
                chat(Pair.PROMPT_RESPONSE, Optional.of("2027-01-31")),
                new TestContext(
                    List.of("first"), KlRange.fixed(0.1), Optional.empty(), new Chats(classifier)));
    reward.score(List.of(new Completion(conversation, "So."), new Completion(EXAMPLE, "a c")));
    assertThat(classifier.asked)
        .extracting("second")
        .containsExactly(
            "2027-01-31system:Be brief.;user:Hi;assistant:Hello;user:Why?;assistant:So.;",
            "2027-01-31user:a b Summary:;assistant:a c;");
    assertThat(classifier.reading.input()).isEqualTo(Reading.Input.CHAT);
    assertThatThrownBy(() -> chat(Pair.RESPONSE, Optional.empty()))
        .hasMessageContainingAll("template is chat", "leave pair out");
    assertThatThrownBy(() -> chat(Pair.PROMPT_RESPONSE, Optional.of("today")))
        .hasMessageContainingAll("found today", "2027-01-31");
  }

  @Test
  void namesTheLabelsThatThereAre() {
    Fixed classifier = new Fixed(List.of("toxic", "neutral"), 1, 2);
    assertThatThrownBy(
            () -> score(options(Optional.of("Toxic"), Map.of(), Activation.NONE), classifier))
        .hasMessageContainingAll("no label 'Toxic'", "[toxic, neutral]", "option label");
    assertThatThrownBy(
            () ->
                score(
                    options(Optional.empty(), Map.of("toxic", 1.0, "x", 1.0), Activation.NONE),
                    classifier))
        .hasMessageContainingAll("no label 'x'", "[toxic, neutral]", "option labels");
    assertThatThrownBy(
            () -> score(options(Optional.empty(), Map.of(), Activation.NONE), classifier))
        .hasMessageContainingAll("[toxic, neutral]", "any of theirs", "option label");
  }

  @Test
  void refusesOptionsThatDoNotFitTogether() {
    Fixed one = new Fixed(List.of("score"), 1);
    assertThatThrownBy(() -> score(options(Optional.empty(), Map.of(), Activation.LOG_ODDS), one))
        .hasMessageContainingAll("one label [score]", "activation = none");
    assertThatThrownBy(() -> options(Optional.of("x"), Map.of("y", 1.0), Activation.NONE))
        .hasMessageContaining("give one label, or labels with their weights");
    assertThatThrownBy(() -> options(Optional.empty(), Map.of("y", Double.NaN), Activation.NONE))
        .hasMessageContaining("weight of the label 'y' is NaN");
    assertThatThrownBy(() -> reading(Pair.RESPONSE, Optional.of("document")))
        .hasMessageContainingAll("no premise is read", "pair = premise-hypothesis");
    assertThatThrownBy(() -> score(reading(Pair.PREMISE_HYPOTHESIS, Optional.of("text")), one))
        .hasMessageContainingAll("'e'", "no field 'text'", "[document]");
  }
}
