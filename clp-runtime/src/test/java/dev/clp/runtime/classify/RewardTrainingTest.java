package dev.clp.runtime.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clp.api.RunListener;
import dev.clp.api.TextClassifier;
import dev.clp.api.TextClassifier.TextPair;
import dev.clp.runtime.classify.RewardTrainingOptions.Data;
import dev.clp.runtime.classify.RewardTrainingOptions.Labelled;
import dev.clp.runtime.classify.RewardTrainingOptions.Rated;
import dev.clp.runtime.classify.RewardTrainingOptions.Start;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.sft.FinetuningStep;
import dev.clp.runtime.training.LoggedSteps;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardTrainingTest {

  @TempDir Path folder;

  private TinyRewards task;

  @BeforeEach
  void writeTask() {
    task = new TinyRewards(folder);
  }

  private static RewardReport train(RewardTrainingOptions options) {
    return RewardTraining.run(options, event -> {});
  }

  private RunListener heard(String output, List<FinetuningStep> events) {
    return LoggedSteps.of(
        folder.resolve(output).resolve("training"), FinetuningStep.class, events::add);
  }

  private static float[] ask(Path model, String first, String second) {
    try (OpenClassifiers classifiers = new OpenClassifiers()) {
      return classifiers.open(model).logits(List.of(new TextPair(first, second)))[0];
    }
  }

  @Test
  void learnsLabels() {
    RewardReport report =
        train(task.options(TinyRewards.LABELLED, task.labelled("data.jsonl"), "out", 4));
    assertThat(report.labels()).isEqualTo(TinyClassifiers.LABELS);
    assertThat(report.trainingExamples() + report.validationExamples() + report.testExamples())
        .isEqualTo(240);
    assertThat(report.testExamples()).isBetween(25, 75);
    RewardFigures figures = report.test().get(0);
    assertThat(figures.value())
        .isEqualTo(IntervalEstimate.proportion(figures.examples(), figures.examples()));
    assertThat(figures.baselines().get("majority").value()).isLessThan(0.5);
    assertThat(figures.baselines().get("bag of words").value()).isEqualTo(1);
    assertThat(figures.logLoss().getAsDouble()).isLessThan(0.2);
    assertThat(figures.calibrationError().getAsDouble()).isLessThan(0.2);
    float[] logits = ask(folder.resolve("out"), "red red", "blue cat");
    assertThat(logits[1]).as("entailment").isGreaterThan(logits[0]).isGreaterThan(logits[2]);
  }

  @Test
  void learnsThatALabelMayBeOneOfSeveral() {
    // The animals that are not entailed are told apart by the second half alone.
    List<String> lines = new ArrayList<>();
    for (String line : read(task.labelled("fine.jsonl"))) {
      lines.add(
          lines.size() % 2 == 0
              ? line.replace("\"contradiction\"", "\"not\"").replace("\"neutral\"", "\"not\"")
              : line);
    }
    Path mixed = task.write("mixed.jsonl", String.join("\n", lines));
    Labelled fields =
        new Labelled(
            "premise", "hypothesis", "label", Map.of("not", List.of("contradiction", "neutral")));
    RewardReport report = train(task.options(fields, mixed, "out", 6));
    assertThat(report.labels()).isEqualTo(TinyClassifiers.LABELS);
    assertThat(report.test().get(0).value().value()).isEqualTo(1);
    float[] logits = ask(folder.resolve("out"), "red red", "blue owl");
    assertThat(logits[2]).as("neutral").isGreaterThan(logits[0]).isGreaterThan(logits[1]);
  }

  @Test
  void learnsPreferences() {
    RewardReport report =
        train(task.options(TinyRewards.PREFERRED, task.preferred("data.jsonl"), "out", 3));
    assertThat(report.labels()).containsExactly("reward");
    RewardFigures figures = report.test().get(0);
    assertThat(figures.value().value()).isEqualTo(1);
    assertThat(figures.baselines()).containsOnlyKeys("length", "bag of words");
    assertThat(figures.baselines().get("bag of words").value()).isEqualTo(1);
    assertThat(figures.standardDeviation().getAsDouble()).isPositive();
    assertThat(ask(folder.resolve("out"), "red", "one cat")[0])
        .isGreaterThan(ask(folder.resolve("out"), "red", "dog one")[0]);
  }

  @Test
  void learnsSeveralNumbersInOneNetwork() {
    Rated fields = new Rated("prompt", "response", List.of("cats", "dogs"));
    RewardReport report = train(task.options(fields, task.rated("data.jsonl"), "out", 12));
    assertThat(report.test()).extracting(RewardFigures::label).containsExactly("cats", "dogs");
    assertThat(report.test())
        .allSatisfy(figures -> assertThat(figures.value().value()).isGreaterThan(0.9))
        .allSatisfy(
            figures ->
                assertThat(figures.baselines().get("bag of words").value()).isGreaterThan(0.5));
    // Logits count deviations from the mean of the training examples.
    RewardReport.Scale dogs = report.targets().get("dogs");
    assertThat(dogs.mean()).isCloseTo(90, within(3.0));
    double found =
        dogs.mean() + dogs.standardDeviation() * ask(folder.resolve("out"), "red", "dog dog")[1];
    assertThat(found).isCloseTo(80, within(4.0));
  }

  @Test
  void writesWhatHuggingFaceReads() throws IOException {
    train(task.options(TinyRewards.LABELLED, task.labelled("data.jsonl"), "out", 0.2));
    JsonNode config = TinyRewards.JSON.readTree(folder.resolve("out/config.json").toFile());
    assertThat(config.path("architectures").path(0).asText())
        .isEqualTo("LlamaForSequenceClassification");
    assertThat(config.path("id2label").toString())
        .isEqualTo("{\"0\":\"contradiction\",\"1\":\"entailment\",\"2\":\"neutral\"}");
    assertThat(config.path("label2id").path("neutral").asInt()).isEqualTo(2);
    assertThat(config.path("pad_token_id").asInt()).isEqualTo(2);
    assertThat(config.path("clp_pair_separator").asText()).isEqualTo("three");
    assertThat(folder.resolve("out/tokenizer.json")).exists();
    JsonNode report = TinyRewards.JSON.readTree(folder.resolve("out/reward.json").toFile());
    assertThat(report.path("kind").asText()).isEqualTo("nli");
    assertThat(report.path("dataSha256").asText()).hasSize(64);
    assertThat(report.at("/test/0/value/low").isNumber()).isTrue();
    assertThat(report.at("/test/0/mean").isMissingNode()).isTrue();
  }

  @Test
  void trainsABackboneFurther() {
    Path data = task.preferred("data.jsonl");
    RewardReport first = train(task.options(TinyRewards.PREFERRED, data, "first", 3));
    RewardTrainingOptions scratch = task.options(TinyRewards.PREFERRED, data, "again", 0.5);
    RewardTrainingOptions further =
        TinyRewards.with(
            scratch,
            new Start(Optional.of(folder.resolve("first")), Optional.empty(), Optional.empty()),
            Optional.empty(),
            folder.resolve("second"));
    RewardReport second = train(further);
    assertThat(second.dataSha256()).as("the same examples").isEqualTo(first.dataSha256());
    assertThat(second.validationLoss())
        .as("a backbone that knows cats from dogs needs a new head alone")
        .isLessThan(train(scratch).validationLoss());
  }

  @Test
  void cutsInUseWhatItCutInTraining() {
    RewardTrainingOptions options =
        task.options(TinyRewards.PREFERRED, task.preferred("data.jsonl"), "out", 0.2);
    RewardReport report =
        train(TinyRewards.with(options, options.start(), Optional.of(5), options.output()));
    assertThat(report.cutSequences()).as("every prompt has three words").isEqualTo(480);
    float[] cut = ask(options.output(), "red green blue one two", "one cat");
    // Of five tokens, one is the beginning's, one the separator's and two are the response's.
    assertThat(cut).containsExactly(ask(options.output(), "red", "one cat"));
    assertThat(cut).isNotEqualTo(ask(options.output(), "green", "one cat"));
  }

  @Test
  void leavesNoArraysBehind() {
    RewardTrainingOptions options =
        task.options(TinyRewards.PREFERRED, task.preferred("data.jsonl"), "out", 0.2);
    int before = Torch.liveArrays();
    train(options);
    assertThat(Torch.liveArrays()).isEqualTo(before);
  }

  @Test
  void killedAndResumedEqualsUninterrupted() throws Exception {
    Path data = task.preferred("data.jsonl");
    train(task.options(TinyRewards.PREFERRED, data, "whole", 1));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                "-Dai.djl.offline=true",
                KilledRewardTraining.class.getName(),
                folder.toString(),
                data.toString(),
                "12")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader reader = process.inputReader()) {
      assertThat(reader.readLine()).isEqualTo("reached 12");
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(folder.resolve("killed/model.safetensors")).doesNotExist();
    List<FinetuningStep> events = new ArrayList<>();
    RewardTraining.run(
        task.options(TinyRewards.PREFERRED, data, "killed", 1), heard("killed", events));
    assertThat(events.get(0).step()).as("the first step after the checkpoint").isEqualTo(11);
    for (String file : List.of("model.safetensors", "config.json", "reward.json")) {
      assertThat(folder.resolve("killed").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("whole").resolve(file));
    }
  }

  @Test
  void stopsEarlyAndKeepsTheBest() {
    Path data = task.labelled("data.jsonl");
    // The validation examples contradict what is trained on, so the first look is the best.
    Path contradicting =
        task.write(
            "validation.jsonl",
            String.join("\n", read(data))
                .replace("entailment", "x")
                .replace("neutral", "entailment")
                .replace("x", "neutral"));
    List<FinetuningStep> events = new ArrayList<>();
    RewardReport report =
        RewardTraining.run(
            task.options(
                TinyRewards.LABELLED,
                new Data(
                    List.of(data),
                    0.2,
                    Optional.of(contradicting),
                    0.2,
                    Optional.empty(),
                    Optional.empty()),
                "out",
                50,
                3),
            heard("out", events));
    assertThat(events).hasSize(report.steps()).hasSize(report.bestStep() + 3 * 4);
    assertThat(report.validationExamples()).isEqualTo(240);
    assertThat(report.validationLoss())
        .isEqualTo(
            events.stream()
                .map(FinetuningStep::validationLoss)
                .flatMapToDouble(OptionalDouble::stream)
                .min()
                .getAsDouble());
  }

  @Test
  void refusesTheCheckpointOfAnotherTraining() {
    Path data = task.preferred("data.jsonl");
    train(task.options(TinyRewards.PREFERRED, data, "out", 0.2));
    assertThatThrownBy(() -> train(task.options(TinyRewards.PREFERRED, data, "out", 0.4)))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("epochs was 0.2 and is now 0.4", "delete the folder");
  }

  @Test
  void severalObjectivesOnOneFolderCostOnePass() {
    Rated fields = new Rated("prompt", "response", List.of("cats", "dogs"));
    train(task.options(fields, task.rated("data.jsonl"), "out", 0.2));
    List<TextPair> pairs = List.of(new TextPair("red", "cat"), new TextPair("", "dog dog"));
    TextClassifier classifier;
    float[][] first;
    try (OpenClassifiers classifiers = new OpenClassifiers()) {
      classifier = classifiers.open(folder.resolve("out"));
      first = classifier.logits(pairs);
    }
    // The network is closed, so what is answered now is remembered.
    assertThat(classifier.logits(new ArrayList<>(pairs))).isDeepEqualTo(first);
    assertThatThrownBy(() -> classifier.logits(pairs.subList(0, 1)))
        .isInstanceOf(IllegalStateException.class);
  }

  private static List<String> read(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
