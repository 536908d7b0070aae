package dev.clp.runtime.cli;

import dev.clp.runtime.classify.IntervalEstimate;
import dev.clp.runtime.classify.RewardFigures;
import dev.clp.runtime.classify.RewardReport;
import dev.clp.runtime.classify.RewardTraining;
import dev.clp.runtime.classify.RewardTrainingOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Trains a classifier or a reward model. */
@Command(
    name = "train-reward",
    mixinStandardHelpOptions = true,
    modelTransformer = TrainRewardCommand.Keys.class,
    description = {
      "Trains a transformer with a linear head on JSON Lines, and writes a Hugging Face folder"
          + " (LlamaForSequenceClassification) that the rewards 'nli' and 'preference' read. Run"
          + " again to continue after an interruption.",
      "",
      "The file says what is learned: nli { ... }, labels of pairs of texts; preference { ... },"
          + " the better of two responses; or regression { heads = [...] }, numbers of responses. A"
          + " text is given by its field's name, or by a template with fields in braces. Write"
          + " prompts as the experiment will: its template, its wording.",
      "",
      "The examples fall into three parts: one to train on, one (data.validation) that chooses the"
          + " step whose parameters are kept, and one (data.test) that chooses nothing and is"
          + " measured on: accuracy with a 95 %% interval beside baselines, log loss, calibration."
          + " The figures are printed and stored in reward.json of the output. Proportions are taken of"
          + " the first texts: no premise or prompt is in two parts.",
      ""
    })
final class TrainRewardCommand implements Runnable {

  @Parameters(index = "0", paramLabel = "FILE", description = "The settings, a HOCON file.")
  private Path file;

  @Parameters(
      index = "1..*",
      paramLabel = "KEY=VALUE",
      description = "Settings that precede the file's, in HOCON.")
  private List<String> overrides = new ArrayList<>();

  /** Lists the settings below the help. */
  static final class Keys extends SettingsHelp {
    Keys() {
      super(
          RewardTrainingOptions.class,
          RewardTrainingOptions.DEFAULTS,
          "clp train-reward samples/summaries/nli.conf",
          "clp train-reward nli.conf data.files=[mnli.jsonl,rte.jsonl] output=rewards/nli");
    }
  }

  @Override
  public void run() {
    RewardTrainingOptions options = RewardTrainingOptions.load(file, overrides);
    RewardReport report;
    try (TerminalProgress progress = new TerminalProgress()) {
      report = RewardTraining.run(options, progress);
    }
    System.out.printf(
        Locale.ROOT,
        "labels %s; %,d examples to train on, %,d to validate on, %,d to measure on%n",
        report.labels(),
        report.trainingExamples(),
        report.validationExamples(),
        report.testExamples());
    System.out.printf(
        Locale.ROOT,
        "Wrote %s: step %d of %d, validation loss %.4f%n",
        options.output(),
        report.bestStep(),
        report.steps(),
        report.validationLoss());
    report.test().forEach(TrainRewardCommand::print);
  }

  private static void print(RewardFigures figures) {
    System.out.printf(
        Locale.ROOT,
        "%s: %s %s on %,d examples%n",
        figures.label(),
        figures.measure(),
        text(figures.value()),
        figures.examples());
    figures
        .baselines()
        .forEach((name, value) -> System.out.println("  beside " + name + " " + text(value)));
    figures
        .logLoss()
        .ifPresent(
            loss ->
                System.out.printf(
                    Locale.ROOT,
                    "  log loss %.4f nats, expected calibration error %.3f%n",
                    loss,
                    figures.calibrationError().orElseThrow()));
    figures
        .mean()
        .ifPresent(
            mean ->
                System.out.printf(
                    Locale.ROOT,
                    "  scores: mean %.3f, standard deviation %.3f%n",
                    mean,
                    figures.standardDeviation().orElseThrow()));
  }

  private static String text(IntervalEstimate estimate) {
    return String.format(
        Locale.ROOT, "%.3f (%.3f to %.3f)", estimate.value(), estimate.low(), estimate.high());
  }
}
