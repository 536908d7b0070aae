package dev.clp.runtime.data;

import dev.clp.api.Example;
import dev.clp.runtime.config.DataOptions;
import dev.clp.runtime.error.UserException;
import java.util.List;
import java.util.Optional;

/**
 * The examples of an experiment, none of them in two parts.
 *
 * @param training prompts to train on
 * @param calibration prompts to measure the reference's rewards on
 * @param evaluation prompts to evaluate on
 */
public record Examples(
    List<Example> training, List<Example> calibration, List<Example> evaluation) {

  public Examples {
    training = List.copyOf(training);
    calibration = List.copyOf(calibration);
    evaluation = List.copyOf(evaluation);
  }

  /**
   * Reads and splits: the last examples are for calibration and, where no file of their own is
   * given, for evaluation.
   *
   * @throws UserException if a file is malformed or too short
   */
  public static Examples read(DataOptions options) {
    List<Example> all =
        JsonLines.read(
            options.file(), options.prompt(), options.references(), options.id(), options.limit());
    List<Example> evaluation =
        options
            .evaluationFile()
            .map(
                file ->
                    JsonLines.read(
                        file,
                        options.prompt(),
                        options.references(),
                        options.id(),
                        Optional.of(options.evaluation())))
            .orElse(List.of());
    int heldOut = evaluation.isEmpty() ? options.evaluation() : 0;
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
    return new Examples(
        all.subList(0, rest),
        all.subList(rest, rest + options.calibration()),
        evaluation.isEmpty() ? all.subList(rest + options.calibration(), all.size()) : evaluation);
  }
}
