package dev.clp.runtime.classify;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import dev.clp.api.Inlined;
import dev.clp.api.Option;
import dev.clp.runtime.config.ConfigFiles;
import dev.clp.runtime.config.OptimizerOptions;
import dev.clp.runtime.config.OptionsBinder;
import dev.clp.runtime.config.Problems;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.training.Schedule;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What reward to train, on what, and for how long; the defaults are this project's own, no paper's.
 *
 * @param nli what the examples hold, if a classifier is to be trained
 * @param preference what they hold, if a reward model is to be trained on preferences
 * @param regression what they hold, if one is to be trained on ratings
 * @param data the examples
 * @param start what the network starts from
 * @param output the Hugging Face folder to write; checkpoints and the log stand in its {@code
 *     training} folder, the figures in its {@code reward.json}
 * @param separator the text between the two texts that the network reads; if absent, the
 *     tokenizer's own template joins them for an encoder, and a line break for a language model
 * @param maxTokens the longest sequence, in training and later in use; the model's positions if
 *     absent
 * @param epochs passes over the training examples
 * @param batch examples per step
 * @param optimizer how the parameters move; its defaults here are {@link #DEFAULTS}
 * @param evaluateEvery steps between evaluations on the validation examples; a quarter of an epoch
 *     if absent
 * @param patience evaluations in a row without a new best loss after which training stops
 * @param checkpointEvery steps between checkpoints
 * @param seed what initial parameters and the order of examples derive from
 * @param threads threads of one operation; results repeat bit by bit for the same number only
 */
public record RewardTrainingOptions(
    @Option("Learn labels of pairs of texts; names the fields that hold them.")
        Optional<Labelled> nli,
    @Option("Learn which of two responses is preferred; names the fields that hold them.")
        Optional<Preferred> preference,
    @Option("Learn numbers that rate a response; names the fields that hold them.")
        Optional<Rated> regression,
    @Option("The examples, and how they are split.") Data data,
    @Inlined Start start,
    @Option("Hugging Face folder to write.") Path output,
    @Option("Text between the two texts; an encoder's own template, or a line break, if absent.")
        Optional<String> separator,
    @Option("Longest sequence, in tokens, in training and in use; the model's positions if absent.")
        Optional<@Min(2) Integer> maxTokens,
    @Option(value = "Passes over the training examples.", defaultsTo = "5.0") @Positive
        double epochs,
    @Option(value = "Examples per step.", defaultsTo = "32") @Min(1) int batch,
    @Inlined OptimizerOptions optimizer,
    @Option(
            "Steps between evaluations on the validation examples; a quarter of an epoch if absent.")
        Optional<@Min(1) Integer> evaluateEvery,
    @Option(
            value = "Evaluations without a new best loss after which training stops.",
            defaultsTo = "6")
        @Min(1)
        int patience,
    @Option(value = "Steps between checkpoints.", defaultsTo = "100") @Min(1) int checkpointEvery,
    @Option(value = "Seed of initial parameters and the order of examples.", defaultsTo = "1")
        long seed,
    @Option(value = "Engine threads.", defaultsTo = "1") @Min(1) int threads) {

  /** Options of the optimizer whose defaults differ from the usual ones. */
  public static final Config DEFAULTS =
      ConfigFactory.parseString("learning-rate = 5e-4, warmup-steps = 20, weight-decay = 0.01");

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
      @Option(value = "First text: a field, or a template.", defaultsTo = "premise") @NotBlank
          String premise,
      @Option(value = "Second text: a field, or a template.", defaultsTo = "hypothesis") @NotBlank
          String hypothesis,
      @Option(value = "Field of the label.", defaultsTo = "label") @NotBlank String label,
      @Option(value = "Coarse labels, each with the labels that it stands for.", defaultsTo = "{}")
          Map<String, List<String>> either)
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
  public record Preferred(
      @Option(
              "Prompt: a field, or a template; if absent, both responses are whole dialogues with the same prompt.")
          Optional<@NotBlank String> prompt,
      @Option(value = "Preferred response: a field, or a template.", defaultsTo = "chosen")
          @NotBlank
          String chosen,
      @Option(value = "Other response: a field, or a template.", defaultsTo = "rejected") @NotBlank
          String rejected)
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
   * @param heads the fields that hold the numbers, a head each, whose score counts standard
   *     deviations from the training examples' mean
   */
  public record Rated(
      @Option(value = "Prompt: a field, or a template.", defaultsTo = "prompt") @NotBlank
          String prompt,
      @Option(value = "Response: a field, or a template.", defaultsTo = "response") @NotBlank
          String response,
      @Option("Fields of the numbers; the network has one output for each.") @NotEmpty
          List<@NotBlank String> heads)
      implements Fields {

    public Rated {
      heads = List.copyOf(heads);
    }

    @Override
    public RewardKind kind() {
      return RewardKind.REGRESSION;
    }
  }

  /**
   * The examples. Three parts, no first text in two of them where they are proportions: one to
   * train on, one to choose the best step on, and one to measure on that has chosen nothing.
   *
   * @param files JSON Lines
   * @param validation the proportion of first texts that the best step is chosen on
   * @param validationFile a file of examples to choose on, in place of a proportion
   * @param test the proportion of first texts that is measured on
   * @param testFile a file of examples to measure on, in place of a proportion
   * @param limit how many examples of each of {@code files} to read; all if absent
   */
  public record Data(
      @Option("JSON Lines files of examples.") @NotEmpty List<Path> files,
      @Option(
              value = "Proportion of first texts whose examples select the best step.",
              defaultsTo = "0.1")
          @DecimalMin(value = "0", inclusive = false)
          @DecimalMax(value = "1", inclusive = false)
          double validation,
      @Option("File whose examples select the best step, in place of a proportion.")
          Optional<Path> validationFile,
      @Option(
              value = "Proportion of first texts whose examples are only measured on.",
              defaultsTo = "0.1")
          @DecimalMin(value = "0", inclusive = false)
          @DecimalMax(value = "1", inclusive = false)
          double test,
      @Option("File whose examples are only measured on, in place of a proportion.")
          Optional<Path> testFile,
      @Option("Examples of each file to read; all if absent.") Optional<@Min(1) Integer> limit) {

    public Data {
      files = List.copyOf(files);
      if (proportion(validation, validationFile) + proportion(test, testFile) >= 1) {
        throw new IllegalArgumentException(
            "validation and test are "
                + (validation + test)
                + " of the examples together; leave some to train on");
      }
    }

    /** Returns the proportion of the files that chooses the best step, 0 if a file does. */
    double validationProportion() {
      return proportion(validation, validationFile);
    }

    /** Returns the proportion of the files that is measured on, 0 if a file is. */
    double testProportion() {
      return proportion(test, testFile);
    }

    private static double proportion(double proportion, Optional<Path> file) {
      return file.isPresent() ? 0 : proportion;
    }
  }

  /**
   * What the network starts from: either a backbone, or a configuration and a tokenizer.
   *
   * @param backbone the folder of a language model or an encoder that is trained further
   * @param config the {@code config.json} of a network that starts from scratch
   * @param tokenizer the folder with the {@code tokenizer.json} of such a network
   */
  public record Start(
      @Option("Hugging Face folder of a language model or an encoder to train further.")
          Optional<Path> backbone,
      @Option("config.json of a transformer to train from scratch, in place of backbone.")
          Optional<Path> config,
      @Option("Folder with the tokenizer.json of a transformer to train from scratch.")
          Optional<Path> tokenizer) {

    public Start {
      boolean scratch = config.isPresent() && tokenizer.isPresent();
      boolean partial = config.isPresent() || tokenizer.isPresent();
      if (backbone.isPresent() ? partial : !scratch) {
        throw new IllegalArgumentException(
            "expected either backbone, to train a language model or an encoder further, or config"
                + " and tokenizer, to train one from scratch");
      }
    }

    /** Returns the folder whose tokenizer is used. */
    Path tokenizerFolder() {
      return backbone.or(() -> tokenizer).orElseThrow();
    }
  }

  public RewardTrainingOptions {
    List<Fields> given = given(nli, preference, regression);
    if (given.size() != 1) {
      throw new IllegalArgumentException(
          "expected one of nli, preference and regression, which says what is learned, but found "
              + (given.isEmpty() ? "none" : given.stream().map(Fields::kind).toList())
              + "; with the examples' usual fields, write nli {}");
    }
    if (start.backbone().isPresent() && start.backbone().get().equals(output)) {
      throw new IllegalArgumentException(
          "output is the folder of backbone, "
              + output
              + ", which training would overwrite; choose another folder");
    }
  }

  /**
   * Loads options from a HOCON file; its paths are relative to it.
   *
   * @param overrides {@code key=value} in HOCON, such as {@code epochs=2}
   * @throws UserException with all mistakes at once, each with file and line
   */
  public static RewardTrainingOptions load(Path file, List<String> overrides) {
    ConfigObject config = ConfigFiles.read(file, overrides).root();
    Problems problems = new Problems();
    Optional<RewardTrainingOptions> options =
        OptionsBinder.bind(
            config.withFallback(DEFAULTS).withOrigin(config.origin()),
            RewardTrainingOptions.class,
            file.toAbsolutePath().normalize().getParent(),
            problems);
    problems.throwIfAny();
    return options.orElseThrow();
  }

  /** Returns what the examples hold. */
  Fields fields() {
    return given(nli, preference, regression).get(0);
  }

  /** Returns when training steps, validates and saves, given how many batches make a pass. */
  Schedule schedule(int batchesPerEpoch) {
    return new Schedule(
        (int) Math.ceil(epochs * batchesPerEpoch),
        optimizer,
        checkpointEvery,
        Optional.of(
            new Schedule.Validation(
                evaluateEvery.orElse(Math.max(1, batchesPerEpoch / 4)), Optional.of(patience))));
  }

  private static List<Fields> given(
      Optional<Labelled> nli, Optional<Preferred> preference, Optional<Rated> regression) {
    return Stream.of(nli, preference, regression).<Fields>flatMap(Optional::stream).toList();
  }
}
