package dev.clp.runtime.sft;

import com.typesafe.config.Config;
import dev.clp.api.Inlined;
import dev.clp.api.Option;
import dev.clp.runtime.config.ConfigFiles;
import dev.clp.runtime.config.MessagesOptions;
import dev.clp.runtime.config.OptimizerOptions;
import dev.clp.runtime.config.OptionsBinder;
import dev.clp.runtime.config.Problems;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.training.Schedule;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What to train, on what, and for how long; the defaults are this project's own, no paper's.
 *
 * @param model the Hugging Face folder of a model to finetune
 * @param config the {@code config.json} of a model to pretrain from scratch, in place of {@code
 *     model}
 * @param tokenizer the folder that holds the {@code tokenizer.json} of a model to pretrain
 * @param data the examples
 * @param output the Hugging Face folder to write; checkpoints and the log stand in its {@code
 *     training} folder
 * @param epochs passes over the training examples; a fraction is allowed
 * @param steps optimizer steps, in place of {@code epochs}
 * @param batch sequences per step
 * @param optimizer how the parameters move
 * @param seed what initial parameters and the order of examples derive from
 * @param maxTokens the longest sequence, prompt and response together; longer ones are cut
 * @param evaluateEvery steps between evaluations on the validation examples
 * @param patience evaluations in a row without a new best loss after which training stops
 * @param checkpointEvery steps between checkpoints
 * @param threads threads of one operation; results repeat bit by bit for the same number only
 */
public record FinetuningOptions(
    @Option("Hugging Face folder of the model to finetune.") Optional<Path> model,
    @Option("config.json of a model to pretrain from scratch, in place of model.")
        Optional<Path> config,
    @Option("Folder with the tokenizer.json of a model to pretrain from scratch.")
        Optional<Path> tokenizer,
    @Option("The examples: file, prompt, response and how to split.") Data data,
    @Option("Hugging Face folder to write.") Path output,
    @Option("Passes over the training examples; give this or steps.")
        Optional<@Positive Double> epochs,
    @Option("Optimizer steps; give this or epochs.") Optional<@Min(1) Integer> steps,
    @Option(value = "Sequences per step.", defaultsTo = "16") @Min(1) int batch,
    @Inlined OptimizerOptions optimizer,
    @Option(value = "Seed of initial parameters and the order of examples.", defaultsTo = "1")
        long seed,
    @Option("Longest sequence, in tokens; the model's positions if absent.")
        Optional<@Min(2) Integer> maxTokens,
    @Option(value = "Steps between evaluations on the validation examples.", defaultsTo = "50")
        @Min(1)
        int evaluateEvery,
    @Option("Evaluations without a new best loss after which training stops; never if absent.")
        Optional<@Min(1) Integer> patience,
    @Option(value = "Steps between checkpoints.", defaultsTo = "100") @Min(1) int checkpointEvery,
    @Option(value = "Engine threads.", defaultsTo = "1") @Min(1) int threads) {

  /**
   * The examples and what is learned of them: the loss is on the response and the end-of-sequence
   * token behind it.
   *
   * @param file one JSON object per line; the examples to train on
   * @param validationFile examples of the same form to validate on; if absent, the last examples of
   *     {@code file} are held out
   * @param validation how many examples of {@code file} are held out
   * @param prompt the template of what is given, with fields in braces; empty to learn whole texts
   * @param response the template of what is learned; it continues the prompt, so it often begins
   *     with a space; this or {@code messages}
   * @param messages conversations, in place of {@code prompt} and {@code response}: every answer of
   *     the assistant is learned, as the model's chat template writes it
   * @param limit how many examples of {@code file} to read; all if absent
   */
  public record Data(
      @Option("The examples, a JSON Lines file.") Path file,
      @Option("File to validate on; if absent, the file's last examples are held out.")
          Optional<Path> validationFile,
      @Option(
              value = "The number of the file's last examples to hold out for validation.",
              defaultsTo = "64")
          @Min(1)
          int validation,
      @Option(
              value = "Template of the prompt, with fields in braces; empty to learn whole texts.",
              defaultsTo = "\"\"")
          String prompt,
      @Option("Template of the response to learn, such as \" {summary}\".")
          Optional<@NotBlank String> response,
      @Option("Conversations whose answers are learned, in place of prompt and response.")
          Optional<MessagesOptions> messages,
      @Option("Examples of the file to read; all if absent.") Optional<@Min(1) Integer> limit) {

    public Data {
      if (response.isPresent() == messages.isPresent()
          || (messages.isPresent() && !prompt.isEmpty())) {
        throw new IllegalArgumentException(
            "expected either response, with or without prompt, or messages alone, which are"
                + " conversations for the model's chat template");
      }
      if (validationFile.isPresent() && validationFile.get().equals(file)) {
        throw new IllegalArgumentException(
            "validation-file is the training file "
                + file
                + ", so validation would see what was learned; leave it out to hold out the file's"
                + " last examples");
      }
    }
  }

  public FinetuningOptions {
    boolean scratch = config.isPresent() && tokenizer.isPresent();
    boolean partial = config.isPresent() || tokenizer.isPresent();
    if (model.isPresent() ? partial : !scratch) {
      throw new IllegalArgumentException(
          "expected either model, to finetune, or config and tokenizer, to pretrain from scratch,"
              + " but found "
              + given(model, config, tokenizer));
    }
    if (epochs.isPresent() == steps.isPresent()) {
      throw new IllegalArgumentException(
          "expected either epochs or steps, but found " + (steps.isPresent() ? "both" : "neither"));
    }
    if (model.isPresent() && model.get().equals(output)) {
      throw new IllegalArgumentException(
          "output is the folder of model, "
              + output
              + ", which finetuning would overwrite; choose another folder");
    }
  }

  /**
   * Loads options from a HOCON file; its paths are relative to it.
   *
   * @param overrides {@code key=value} in HOCON, such as {@code steps=10}
   * @throws UserException with all mistakes at once, each with file and line
   */
  public static FinetuningOptions load(Path file, List<String> overrides) {
    Config config = ConfigFiles.read(file, overrides);
    Problems problems = new Problems();
    Optional<FinetuningOptions> options =
        OptionsBinder.bind(
            config,
            FinetuningOptions.class,
            file.toAbsolutePath().normalize().getParent(),
            problems);
    problems.throwIfAny();
    return options.orElseThrow();
  }

  /** Returns the number of optimizer steps, given how many make a pass over the examples. */
  int steps(int batchesPerEpoch) {
    return steps.orElseGet(() -> (int) Math.ceil(epochs.orElseThrow() * batchesPerEpoch));
  }

  /** Returns when training steps, validates and saves, given how many batches make a pass. */
  Schedule schedule(int batchesPerEpoch) {
    return new Schedule(
        steps(batchesPerEpoch),
        optimizer,
        checkpointEvery,
        Optional.of(new Schedule.Validation(evaluateEvery, patience)));
  }

  private static String given(
      Optional<Path> model, Optional<Path> config, Optional<Path> tokenizer) {
    List<String> names =
        Stream.of(
                model.map(path -> "model"),
                config.map(path -> "config"),
                tokenizer.map(path -> "tokenizer"))
            .flatMap(Optional::stream)
            .toList();
    return names.isEmpty() ? "none of them" : String.join(" and ", names);
  }
}
