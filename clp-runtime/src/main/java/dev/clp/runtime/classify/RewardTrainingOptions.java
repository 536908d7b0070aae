package dev.clp.runtime.classify;

import dev.clp.runtime.config.TrainingOptions.Decay;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.sft.AdamWOptions;
import dev.clp.runtime.training.Schedule;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What reward to train, on what, and for how long.
 *
 * @param fields what the examples hold, and so what is learned
 * @param data the examples
 * @param start what the network starts from
 * @param output the Hugging Face folder to write; checkpoints and the log stand in its {@code
 *     training} folder, the figures in its {@code reward.json}
 * @param separator the text between the two texts that the network reads
 * @param maxTokens the longest sequence, in training and later in use; the model's positions if
 *     absent
 * @param epochs passes over the training examples
 * @param batch examples per step
 * @param learningRate the learning rate after warm-up
 * @param warmupSteps steps over which the learning rate rises linearly from zero
 * @param weightDecay decoupled weight decay (AdamW)
 * @param clipNorm the largest norm of the whole gradient
 * @param evaluateEvery steps between evaluations on the validation examples; a quarter of an epoch
 *     if absent
 * @param patience evaluations without a new best loss after which training stops; never if absent
 * @param checkpointEvery steps between checkpoints
 * @param seed what initial parameters and the order of examples derive from
 * @param threads threads of one operation; results repeat bit by bit for the same number only
 */
public record RewardTrainingOptions(
    Fields fields,
    Data data,
    Start start,
    Path output,
    String separator,
    Optional<Integer> maxTokens,
    double epochs,
    int batch,
    double learningRate,
    int warmupSteps,
    double weightDecay,
    double clipNorm,
    Optional<Integer> evaluateEvery,
    Optional<Integer> patience,
    int checkpointEvery,
    long seed,
    int threads) {

  /**
   * What the examples hold. A text is named by its field, or by a template with fields in braces.
   */
  public sealed interface Fields {

    /** Returns what is learned from such examples. */
    RewardKind kind();
  }

  /**
   * Pairs of texts with a label.
   *
   * @param premise the first text
   * @param hypothesis the second text
   * @param label the field that holds the label
   * @param either for a coarse label, the labels of which it means one
   */
  public record Labelled(
      String premise, String hypothesis, String label, Map<String, List<String>> either)
      implements Fields {

    public Labelled {
      either = Map.copyOf(either);
    }

    @Override
    public RewardKind kind() {
      return RewardKind.NLI;
    }
  }

  /**
   * Pairs of responses to a prompt, of which one was preferred.
   *
   * @param prompt the prompt; if absent, chosen and rejected are whole dialogues, and what they
   *     share is the prompt: up to the last common {@code Assistant:}, or, without one, up to the
   *     word before which they differ
   * @param chosen the preferred response
   * @param rejected the other response
   */
  public record Preferred(Optional<String> prompt, String chosen, String rejected)
      implements Fields {

    @Override
    public RewardKind kind() {
      return RewardKind.PREFERENCE;
    }
  }

  /**
   * Responses with numbers.
   *
   * @param prompt the prompt
   * @param response the response
   * @param heads the fields that hold the numbers, a head each
   */
  public record Rated(String prompt, String response, List<String> heads) implements Fields {

    public Rated {
      heads = List.copyOf(heads);
    }

    @Override
    public RewardKind kind() {
      return RewardKind.REGRESSION;
    }
  }

  /**
   * The examples. Three parts, no first text in two of them where they are shares: one to train on,
   * one to choose the best step on, and one to measure on that has chosen nothing.
   *
   * @param files JSON Lines
   * @param validation what the best step is chosen on
   * @param test what is measured on
   * @param limit how many examples of each file to read; all if absent
   */
  public record Data(List<Path> files, HeldOut validation, HeldOut test, Optional<Integer> limit) {

    public Data {
      files = List.copyOf(files);
    }
  }

  /**
   * Examples that are not trained on: a file of their own, or a share of the first texts.
   *
   * @param file a file of examples
   * @param share the share if there is no file, above 0 and below 1
   */
  public record HeldOut(Optional<Path> file, double share) {

    /** Reads a share such as 0.1, or else the path of a file. */
    public static HeldOut parse(String text) {
      try {
        return new HeldOut(Optional.empty(), Double.parseDouble(text));
      } catch (NumberFormatException notANumber) {
        return new HeldOut(Optional.of(Path.of(text)), 0);
      }
    }

    public HeldOut {
      if (file.isEmpty() && !(share > 0 && share < 1)) {
        throw new UserException(
            "a share to hold out must lie between 0 and 1, but is " + share + "; try 0.1");
      }
    }
  }

  /**
   * What the network starts from: either a backbone, or a configuration and a tokenizer.
   *
   * @param backbone the folder of a language model whose transformer is trained further
   * @param config the {@code config.json} of a network that starts from scratch
   * @param tokenizer the folder with the {@code tokenizer.json} of such a network
   */
  public record Start(Optional<Path> backbone, Optional<Path> config, Optional<Path> tokenizer) {

    public Start {
      boolean scratch = config.isPresent() && tokenizer.isPresent();
      boolean partial = config.isPresent() || tokenizer.isPresent();
      if (backbone.isPresent() ? partial : !scratch) {
        throw new UserException(
            "expected either --backbone, to train a language model's transformer further, or"
                + " --config and --tokenizer, to train one from scratch");
      }
    }

    /** Returns the folder whose tokenizer is used. */
    Path tokenizerFolder() {
      return backbone.or(() -> tokenizer).orElseThrow();
    }
  }

  public RewardTrainingOptions {
    if (start.backbone().isPresent() && start.backbone().get().equals(output)) {
      throw new UserException(
          "the output " + output + " is the folder of the backbone; choose another folder");
    }
    positive(epochs, "--epochs");
    positive(batch, "--batch");
    positive(learningRate, "--learning-rate");
    positive(clipNorm, "--clip-norm");
    positive(checkpointEvery, "--checkpoint-every");
    positive(threads, "--threads");
    evaluateEvery.ifPresent(steps -> positive(steps, "--evaluate-every"));
    patience.ifPresent(evaluations -> positive(evaluations, "--patience"));
    maxTokens.ifPresent(tokens -> positive(tokens - 1, "--max-tokens less one"));
    if (!(weightDecay >= 0) || warmupSteps < 0) {
      throw new UserException(
          "--weight-decay and --warmup-steps must not be negative, but are "
              + weightDecay
              + " and "
              + warmupSteps);
    }
  }

  private static void positive(double value, String option) {
    if (!(value > 0)) {
      throw new UserException(option + " must be above 0, but is " + value);
    }
  }

  /** Returns when training steps, validates and saves, given how many batches make a pass. */
  Schedule schedule(int batchesPerEpoch) {
    return new Schedule(
        new AdamWOptions(
            (int) Math.ceil(epochs * batchesPerEpoch),
            learningRate,
            warmupSteps,
            Decay.COSINE,
            weightDecay,
            clipNorm),
        checkpointEvery,
        Optional.of(
            new Schedule.Validation(
                evaluateEvery.orElse(Math.max(1, batchesPerEpoch / 4)), patience)));
  }
}
