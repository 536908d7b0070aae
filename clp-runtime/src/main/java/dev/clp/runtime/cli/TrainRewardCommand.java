package dev.clp.runtime.cli;

import dev.clp.runtime.classify.Estimate;
import dev.clp.runtime.classify.RewardFigures;
import dev.clp.runtime.classify.RewardKind;
import dev.clp.runtime.classify.RewardReport;
import dev.clp.runtime.classify.RewardTraining;
import dev.clp.runtime.classify.RewardTrainingOptions;
import dev.clp.runtime.classify.RewardTrainingOptions.Data;
import dev.clp.runtime.classify.RewardTrainingOptions.Fields;
import dev.clp.runtime.classify.RewardTrainingOptions.HeldOut;
import dev.clp.runtime.classify.RewardTrainingOptions.Labelled;
import dev.clp.runtime.classify.RewardTrainingOptions.Preferred;
import dev.clp.runtime.classify.RewardTrainingOptions.Rated;
import dev.clp.runtime.classify.RewardTrainingOptions.Start;
import dev.clp.runtime.error.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains a classifier or a reward model. */
@Command(
    name = "train-reward",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Trains a transformer with a linear head on JSON Lines, and writes a Hugging Face folder"
          + " (LlamaForSequenceClassification) that the rewards 'nli' and 'preference' read. Run"
          + " again to continue after an interruption.",
      "",
      "The examples fall into three parts: one to train on, one (--validation) that chooses the"
          + " step whose parameters are kept, and one (--test) that chooses nothing and is measured"
          + " on: accuracy with a 95 %% interval beside baselines, log loss, calibration. The"
          + " figures are printed and stored in FOLDER/reward.json. Shares are taken of the first"
          + " texts: no premise or prompt is in two parts.",
      "",
      "A text is given by its field's name, or by a template with fields in braces. Write prompts"
          + " as the experiment will: its template, its wording.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  clp train-reward --kind nli --data mnli.jsonl,rte.jsonl --backbone model \\",
      "      --either not_entailment=neutral+contradiction --output rewards/nli",
      "  clp train-reward --kind preference --data hh.jsonl --backbone model \\",
      "      --output rewards/harmless",
      "  clp train-reward --kind regression --data ratings.jsonl --backbone model \\",
      "      --prompt 'Question: {question}' --response answer --heads helpful,true \\",
      "      --output rewards/answers"
    })
final class TrainRewardCommand implements Runnable {

  @Option(
      names = "--kind",
      required = true,
      paramLabel = "KIND",
      description =
          "nli: texts, pairs of which have a label. preference: two responses, the better one"
              + " known. regression: responses with numbers.")
  private RewardKind kind;

  @Option(
      names = "--data",
      required = true,
      split = ",",
      paramLabel = "FILE",
      description = "JSON Lines files.")
  private List<Path> data = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FOLDER",
      description = "The folder to write; checkpoints stand in its sub-folder 'training'.")
  private Path output;

  @Option(
      names = "--backbone",
      paramLabel = "FOLDER",
      description = "A Hugging Face folder whose transformer is trained further.")
  private Optional<Path> backbone;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "In place of --backbone: the config.json of a transformer to draw at random.")
  private Optional<Path> config;

  @Option(
      names = "--tokenizer",
      paramLabel = "FOLDER",
      description = "With --config: the folder of the tokenizer.json.")
  private Optional<Path> tokenizer;

  @Option(
      names = "--premise",
      defaultValue = "premise",
      paramLabel = "TEXT",
      description = "nli: the first text. Default: ${DEFAULT-VALUE}.")
  private String premise;

  @Option(
      names = "--hypothesis",
      defaultValue = "hypothesis",
      paramLabel = "TEXT",
      description = "nli: the second text. Default: ${DEFAULT-VALUE}.")
  private String hypothesis;

  @Option(
      names = "--label",
      defaultValue = "label",
      paramLabel = "FIELD",
      description = "nli: the field of the label. Default: ${DEFAULT-VALUE}.")
  private String label;

  @Option(
      names = "--either",
      paramLabel = "LABEL=A+B",
      description =
          "nli: a coarse label, and the labels of which it means one; it teaches that their"
              + " probabilities together are 1. May be repeated.")
  private Map<String, String> either = new LinkedHashMap<>();

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "preference, regression: the prompt. Without it, chosen and rejected are whole"
              + " dialogues, and the prompt is what they share up to the last 'Assistant:'. Default"
              + " for regression: prompt.")
  private Optional<String> prompt;

  @Option(
      names = "--chosen",
      defaultValue = "chosen",
      paramLabel = "TEXT",
      description = "preference: the better response. Default: ${DEFAULT-VALUE}.")
  private String chosen;

  @Option(
      names = "--rejected",
      defaultValue = "rejected",
      paramLabel = "TEXT",
      description = "preference: the other response. Default: ${DEFAULT-VALUE}.")
  private String rejected;

  @Option(
      names = "--response",
      defaultValue = "response",
      paramLabel = "TEXT",
      description = "regression: the response. Default: ${DEFAULT-VALUE}.")
  private String response;

  @Option(
      names = "--heads",
      split = ",",
      paramLabel = "FIELD",
      description =
          "regression: the fields of the numbers, a head each. A head's score counts standard"
              + " deviations from the training examples' mean.")
  private List<String> heads = new ArrayList<>();

  @Option(
      names = "--separator",
      defaultValue = "\n",
      paramLabel = "TEXT",
      description = "What stands between the two texts. Default: a line break.")
  private String separator;

  @Option(
      names = "--validation",
      defaultValue = "0.1",
      paramLabel = "SHARE|FILE",
      description = "What chooses the best step. Default: ${DEFAULT-VALUE}.")
  private String validation;

  @Option(
      names = "--test",
      defaultValue = "0.1",
      paramLabel = "SHARE|FILE",
      description = "What is measured on. Default: ${DEFAULT-VALUE}.")
  private String test;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Examples of each file to read; all by default.")
  private Optional<Integer> limit;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description =
          "The longest sequence, in training and in use; longer ones lose the end of the first"
              + " text. Default: the transformer's positions.")
  private Optional<Integer> maxTokens;

  @Option(
      names = "--epochs",
      defaultValue = "5",
      paramLabel = "N",
      description = "Passes over the training examples. Default: ${DEFAULT-VALUE}.")
  private double epochs;

  @Option(
      names = "--batch",
      defaultValue = "32",
      paramLabel = "N",
      description = "Examples per step. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--learning-rate",
      defaultValue = "5e-4",
      paramLabel = "RATE",
      description = "After warm-up; then it falls as a cosine. Default: ${DEFAULT-VALUE}.")
  private double learningRate;

  @Option(
      names = "--warmup-steps",
      defaultValue = "20",
      paramLabel = "N",
      description = "Steps of linear rise from zero. Default: ${DEFAULT-VALUE}.")
  private int warmupSteps;

  @Option(
      names = "--weight-decay",
      defaultValue = "0.01",
      paramLabel = "RATE",
      description = "Decoupled weight decay (AdamW). Default: ${DEFAULT-VALUE}.")
  private double weightDecay;

  @Option(
      names = "--clip-norm",
      defaultValue = "1",
      paramLabel = "NORM",
      description = "Largest norm of the whole gradient. Default: ${DEFAULT-VALUE}.")
  private double clipNorm;

  @Option(
      names = "--evaluate-every",
      paramLabel = "STEPS",
      description = "Steps between looks at the validation examples. Default: a quarter epoch.")
  private Optional<Integer> evaluateEvery;

  @Option(
      names = "--patience",
      defaultValue = "6",
      paramLabel = "N",
      description =
          "Looks without a new lowest validation loss after which training stops. Default:"
              + " ${DEFAULT-VALUE}.")
  private int patience;

  @Option(
      names = "--checkpoint-every",
      defaultValue = "100",
      paramLabel = "STEPS",
      description = "Steps between checkpoints. Default: ${DEFAULT-VALUE}.")
  private int checkpointEvery;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "What initial parameters and the order of examples derive from. Default:"
              + " ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--threads",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "Threads of one operation; results repeat for the same number only. Default:"
              + " ${DEFAULT-VALUE}.")
  private int threads;

  @Override
  public void run() {
    RewardReport report;
    try (TerminalProgress progress = new TerminalProgress(System.out)) {
      report = RewardTraining.run(options(), progress);
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
        output,
        report.bestStep(),
        report.steps(),
        report.validationLoss());
    report.test().forEach(TrainRewardCommand::print);
  }

  private RewardTrainingOptions options() {
    return new RewardTrainingOptions(
        fields(),
        new Data(data, HeldOut.parse(validation), HeldOut.parse(test), limit),
        new Start(backbone, config, tokenizer),
        output,
        separator,
        maxTokens,
        epochs,
        batch,
        learningRate,
        warmupSteps,
        weightDecay,
        clipNorm,
        evaluateEvery,
        Optional.of(patience),
        checkpointEvery,
        seed,
        threads);
  }

  private Fields fields() {
    if ((kind == RewardKind.REGRESSION) == heads.isEmpty()) {
      throw new UserException(
          "--heads names the numbers of --kind regression and of nothing else; found --kind "
              + kind.name().toLowerCase(Locale.ROOT)
              + " with --heads "
              + heads);
    }
    return switch (kind) {
      case NLI -> {
        Map<String, List<String>> fine = new LinkedHashMap<>();
        either.forEach((coarse, names) -> fine.put(coarse, Arrays.asList(names.split("\\+", -1))));
        yield new Labelled(premise, hypothesis, label, fine);
      }
      case PREFERENCE -> new Preferred(prompt, chosen, rejected);
      case REGRESSION -> new Rated(prompt.orElse("prompt"), response, heads);
    };
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
        .forEach((name, value) -> System.out.printf("  beside %s %s%n", name, text(value)));
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
                    figures.deviation().orElseThrow()));
  }

  private static String text(Estimate estimate) {
    return String.format(
        Locale.ROOT, "%.3f (%.3f to %.3f)", estimate.value(), estimate.low(), estimate.high());
  }
}
