package dev.clp.runtime.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.api.TextClassifier.TextPair;
import dev.clp.runtime.classify.RewardTrainingOptions.Data;
import dev.clp.runtime.classify.RewardTrainingOptions.Fields;
import dev.clp.runtime.classify.RewardTrainingOptions.Labelled;
import dev.clp.runtime.classify.RewardTrainingOptions.Preferred;
import dev.clp.runtime.classify.RewardTrainingOptions.Rated;
import dev.clp.runtime.error.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardDataTest {

  @TempDir Path folder;

  private TinyRewards task;

  @BeforeEach
  void writeTask() {
    task = new TinyRewards(folder);
  }

  private RewardData read(Fields fields, Path... files) {
    return RewardData.read(task.options(fields, TinyRewards.data(files), "out", 1, 1));
  }

  /** Returns the only example of a file, which also serves to validate and test on. */
  private RewardExample only(Fields fields, String line) {
    return reading(fields, line).training().get(0);
  }

  private RewardData reading(Fields fields, String lines) {
    Path file = task.write("lines.jsonl", lines);
    Optional<Path> same = Optional.of(file);
    return RewardData.read(
        task.options(
            fields, new Data(List.of(file), 0.1, same, 0.1, same, Optional.empty()), "out", 1, 1));
  }

  private void assertRefused(Fields fields, String lines, String... parts) {
    assertThatThrownBy(() -> reading(fields, lines))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(parts);
  }

  private static Set<String> firsts(List<RewardExample> examples) {
    return examples.stream()
        .map(example -> example.pairs().get(0).first())
        .collect(Collectors.toSet());
  }

  @Test
  void holdsOutFirstTextsWholeAndStably() {
    Path data = task.labelled("data.jsonl");
    RewardData once = read(TinyRewards.LABELLED, data);
    assertThat(once.training().size() + once.validation().size() + once.test().size())
        .isEqualTo(240);
    assertThat(once.validation().size()).isBetween(25, 75);
    assertThat(firsts(once.training()))
        .doesNotContainAnyElementsOf(firsts(once.validation()))
        .doesNotContainAnyElementsOf(firsts(once.test()));
    assertThat(firsts(once.validation())).doesNotContainAnyElementsOf(firsts(once.test()));
    RewardData twice = read(TinyRewards.LABELLED, data, task.labelled("copy.jsonl"));
    assertThat(firsts(twice.test())).isEqualTo(firsts(once.test()));
    assertThat(twice.test()).hasSize(2 * once.test().size());
  }

  @Test
  void readsTemplates() {
    Rated fields = new Rated("Q: {question}\nA:", "answer", List.of("good"));
    RewardExample example =
        only(fields, "{\"question\": \"why\", \"answer\": \" so\", \"good\": -1.5}");
    assertThat(example.pairs()).containsExactly(new TextPair("Q: why\nA:", " so"));
    assertThat(example.target()).containsExactly(-1.5);
  }

  @Test
  void splitsDialoguesAtTheLastCommonTurn() {
    Preferred whole = new Preferred(Optional.empty(), "chosen", "rejected");
    assertThat(
            only(
                    whole,
                    "{\"chosen\": \"\\n\\nHuman: a\\n\\nAssistant: b\\n\\nHuman: c\\n\\nAssistant:"
                        + " dear x\", \"rejected\": \"\\n\\nHuman: a\\n\\nAssistant: b\\n\\nHuman:"
                        + " c\\n\\nAssistant: dear y\"}")
                .pairs())
        .containsExactly(
            new TextPair("\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant:", " dear x"),
            new TextPair("\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant:", " dear y"));
    assertThat(
            only(whole, "{\"chosen\": \"say yes please\", \"rejected\": \"say yesterday\"}")
                .pairs())
        .as("without turns, at the word before which they differ")
        .containsExactly(new TextPair("say ", "yes please"), new TextPair("say ", "yesterday"));
    assertThat(only(whole, "{\"chosen\": \"Assistant\", \"rejected\": \"no\"}").pairs())
        .as("nothing shared")
        .containsExactly(new TextPair("", "Assistant"), new TextPair("", "no"));
  }

  @Test
  void dropsPreferencesBetweenEqualResponses() {
    String even = "{\"prompt\": \"a\", \"chosen\": \"x\", \"rejected\": \"x\"}\n";
    RewardData data =
        reading(
            TinyRewards.PREFERRED,
            even + "{\"prompt\": \"a\", \"chosen\": \"x\", \"rejected\": \"y\"}\n" + even);
    assertThat(data.training()).hasSize(1);
    assertThat(data.dropped()).as("two in each part").isEqualTo(6);
    assertRefused(TinyRewards.PREFERRED, even, "no example is left to train on");
  }

  @Test
  void refusesMalformedExamples() {
    String good = "{\"premise\": \"a\", \"hypothesis\": \"b\", \"label\": \"yes\"}\n";
    String other = good.replace("yes", "no");
    assertRefused(TinyRewards.LABELLED, good + "{", "lines.jsonl:2", "not JSON");
    assertRefused(TinyRewards.LABELLED, good + "[]", "lines.jsonl:2", "expected an object such as");
    assertRefused(
        TinyRewards.LABELLED,
        good + other.replace("premise", "text"),
        "lines.jsonl:2",
        "'premise' holds no text",
        "[text, hypothesis, label]");
    assertRefused(
        TinyRewards.LABELLED, good + "{\"label\": null}", "lines.jsonl:2", "'label' holds no text");
    assertRefused(TinyRewards.LABELLED, good, "holds [yes] throughout", "two labels");
    assertRefused(TinyRewards.LABELLED, "\n", "holds no example");
    Rated rated = new Rated("prompt", "response", List.of("good"));
    String number = "{\"prompt\": \"a\", \"response\": \"b\", \"good\": %s}";
    assertRefused(rated, number.formatted("\"1\""), "lines.jsonl:1", "'good' must hold a number");
    assertRefused(rated, number.formatted("1e999"), "'good' holds Infinity");
    assertRefused(rated, "{\"prompt\": \"a\", \"response\": \"b\"}", "holds nothing");
  }

  @Test
  void refusesACoarseLabelOfUnknownOnes() {
    Labelled fields =
        new Labelled(
            "premise", "hypothesis", "label", Map.of("not", List.of("neutral", "contradicted")));
    assertThatThrownBy(() -> read(fields, task.labelled("data.jsonl")))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(
            "'not'", "[neutral, contradicted]", "[contradiction, entailment, neutral]");
  }
}
