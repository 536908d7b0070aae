package dev.clp.runtime.cli;

import dev.clp.runtime.classify.IntervalEstimate;
import dev.clp.runtime.classify.RewardFigures;
import dev.clp.runtime.classify.RewardReport;
import dev.clp.runtime.classify.RewardTraining;
import dev.clp.runtime.classify.RewardTrainingOptions;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Trains a classifier or a reward model. */
@Command(
    name = "train-reward",
    mixinStandardHelpOptions = true,
    modelTransformer = TrainRewardCommand.Keys.class,
    description = {
      "Trains a decoder or an encoder with a linear head on JSON Lines, and writes a Hugging Face"
          + " folder of its family's sequence classifier that the rewards 'classifier', 'nli' and"
          + " 'preference' read. Run again to continue after an interruption.",
      "",
      "The file says what is learned: nli { ... }, a label for a pair of texts; preference { ... },"
          + " which of two responses is better; or regression { heads = [...] }, numbers that rate"
          + " a response. A text is given by the name of its field, or by a template with fields in"
          + " braces. Use the template of the experiment (data.prompt) for prompts.",
      "",
      "The examples fall into three parts: one to train on, one (data.validation) that selects"
          + " the step whose parameters are kept, and one (data.test) that chooses nothing and is only"
          + " measured on: accuracy with a 95 %% interval beside baselines, log loss, calibration."
          + " The figures are printed and stored in reward.json of the output. The parts are"
          + " split by first text: no premise or prompt is in two of them.",
      ""
    })
final class TrainRewardCommand implements Runnable {

  @Mixin private FileArguments arguments;

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
    RewardTrainingOptions options =
        RewardTrainingOptions.load(arguments.file(), arguments.overrides());
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
