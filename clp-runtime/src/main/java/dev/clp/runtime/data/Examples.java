package dev.clp.runtime.data;

import dev.clp.api.Example;
import dev.clp.runtime.config.DataOptions;
import dev.clp.runtime.config.Overlap;
import dev.clp.runtime.error.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The examples of an experiment.
 *
 * <p>No line of a file is in two parts; that two lines say the same is found by content.
 *
 * @param training prompts to train on
 * @param calibration prompts to measure the reference's rewards on
 * @param evaluation prompts to evaluate on
 * @param notices what a user might not assume of them, one sentence each
 */
public record Examples(
    List<Example> training,
    List<Example> calibration,
    List<Example> evaluation,
    List<String> notices) {

  public Examples {
    training = List.copyOf(training);
    calibration = List.copyOf(calibration);
    evaluation = List.copyOf(evaluation);
    notices = List.copyOf(notices);
  }

  /**
   * Reads and splits: the last examples are for calibration and, where no file of their own is
   * given, for evaluation.
   *
   * @param model the folder of the model whose chat template renders conversations
   * @throws UserException if a file is malformed or too short, or if parts overlap and may not
   */
  public static Examples read(DataOptions options, Path model) {
    Function<Part, List<Example>> reader = reader(options, model);
    List<Example> all = reader.apply(new Part(options.file(), options.limit()));
    List<String> notices = new ArrayList<>();
    Optional<List<Example>> own =
        options
            .evaluationFile()
            .map(file -> reader.apply(new Part(file, Optional.of(options.evaluation()))));
    own.filter(examples -> examples.size() < options.evaluation())
        .ifPresent(
            examples ->
                notices.add(
                    options.evaluationFile().orElseThrow()
                        + ": holds "
                        + examples.size()
                        + " of the "
                        + options.evaluation()
                        + " examples that data.evaluation asks for; the evaluation has these"
                        + " alone"));
    int heldOut = own.isPresent() ? 0 : options.evaluation();
    int rest = all.size() - heldOut - options.calibration();
    if (rest < 1) {
      throw new UserException(
          options.file()
              + ": "
              + all.size()
              + " examples do not suffice for "
              + options.calibration()
              + " of calibration, "
              + heldOut
              + " of evaluation and some of training; lower data.calibration or data.evaluation");
    }
    int calibrated = rest + options.calibration();
    List<Example> training = all.subList(0, rest);
    List<Example> calibration = all.subList(rest, calibrated);
    List<Example> evaluation = own.orElse(all.subList(calibrated, all.size()));
    List<String> overlaps = new ArrayList<>();
    overlap("calibration", calibration, "training", training).ifPresent(overlaps::add);
    overlap("evaluation", evaluation, "training", training).ifPresent(overlaps::add);
    overlap("evaluation", evaluation, "calibration", calibration).ifPresent(overlaps::add);
    if (!overlaps.isEmpty() && options.overlap() != Overlap.ALLOW) {
      String found = options.file() + ": " + String.join("; ", overlaps);
      if (options.overlap() == Overlap.REFUSE) {
        throw new UserException(
            found + ". Remove them, or set data.overlap to warn or allow to go on with them");
      }
      notices.add(
          found
              + ". Results on them do not show how policies do on new prompts: remove them, or set"
              + " data.overlap to allow if they are meant to be there");
    }
    return new Examples(training, calibration, evaluation, notices);
  }

  /** The first lines of a file. */
  private record Part(Path file, Optional<Integer> limit) {}

  private static Function<Part, List<Example>> reader(DataOptions options, Path model) {
    if (options.messages().isEmpty()) {
      String template = options.prompt().orElseThrow();
      return part ->
          JsonLines.read(part.file(), template, options.references(), options.id(), part.limit());
    }
    Conversations conversations = new Conversations(options.messages().get(), model);
    return part ->
        JsonLines.examples(
            part.file(),
            options.id(),
            part.limit(),
            (id, row) -> conversations.example(id, row, options.references()));
  }

  /** What makes two examples the same, whatever their ids and other fields. */
  private record Content(String prompt, List<String> references) {

    static Content of(Example example) {
      return new Content(example.prompt(), example.references());
    }
  }

  /** Says how many examples of a part say what one of another part says, and names the first. */
  private static Optional<String> overlap(
      String name, List<Example> part, String otherName, List<Example> other) {
    Set<Content> contents = other.stream().map(Content::of).collect(Collectors.toSet());
    List<Example> both =
        part.stream().filter(example -> contents.contains(Content.of(example))).toList();
    return both.isEmpty()
        ? Optional.empty()
        : Optional.of(
            both.size()
                + " of "
                + part.size()
                + " examples of "
                + name
                + " are also in "
                + otherName
                + ", the first with the id '"
                + both.get(0).id()
                + "'");
  }
}
