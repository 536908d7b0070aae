package dev.clp.runtime.classify;

import dev.clp.api.TextClassifier.TextPair;
import dev.clp.runtime.classify.RewardTrainingOptions.Labelled;
import dev.clp.runtime.classify.RewardTrainingOptions.Preferred;
import dev.clp.runtime.classify.RewardTrainingOptions.Rated;
import dev.clp.runtime.data.JsonLines;
import dev.clp.runtime.data.JsonLines.Row;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.rollout.RandomStreams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The examples of a reward's training in three parts.
 *
 * @param labels the network's labels: those of labelled examples in alphabetical order, {@code
 *     reward}, or the heads
 * @param training what is trained on, at least one
 * @param validation what the best step is chosen on, at least one
 * @param test what is measured on, at least one
 * @param dropped preferences that are left out because both responses are the same
 */
record RewardData(
    List<String> labels,
    List<RewardExample> training,
    List<RewardExample> validation,
    List<RewardExample> test,
    int dropped) {

  /** The only label of a reward that was trained on preferences. */
  static final String REWARD = "reward";

  private static final String TURN = "Assistant:";

  /**
   * Reads and splits the examples.
   *
   * @throws UserException naming file and line if an example is malformed, or if there are too few
   */
  static RewardData read(RewardTrainingOptions options) {
    RewardTrainingOptions.Data data = options.data();
    List<Row> rows = new ArrayList<>();
    data.files().forEach(file -> rows.addAll(JsonLines.rows(file, data.limit())));
    List<Row> validationRows = rows(data.validationFile());
    List<Row> testRows = rows(data.testFile());
    List<Row> all = new ArrayList<>(rows);
    all.addAll(validationRows);
    all.addAll(testRows);
    Reader reader = Reader.of(options.fields(), all);

    List<RewardExample> training = new ArrayList<>();
    List<RewardExample> validation = new ArrayList<>(reader.examples(validationRows));
    List<RewardExample> test = new ArrayList<>(reader.examples(testRows));
    double testProportion = data.testProportion();
    double heldOutProportion = testProportion + data.validationProportion();
    for (RewardExample example : reader.examples(rows)) {
      double place = place(example.pairs().get(0).first());
      (place < testProportion ? test : place < heldOutProportion ? validation : training)
          .add(example);
    }
    String from = data.files().toString();
    require(training, from, "train on");
    require(validation, data.validationFile().map(Path::toString).orElse(from), "validate on");
    require(test, data.testFile().map(Path::toString).orElse(from), "test on");
    int kept = training.size() + validation.size() + test.size();
    return new RewardData(reader.labels(), training, validation, test, all.size() - kept);
  }

  private static List<Row> rows(Optional<Path> file) {
    return file.map(each -> JsonLines.rows(each, Optional.empty())).orElse(List.of());
  }

  /**
   * Returns where in [0, 1) a first text stands: examples that share it are held out together, and
   * neither the seed nor the other examples move it.
   */
  private static double place(String first) {
    return (RandomStreams.derive(0, "held out", first) >>> 11) * 0x1p-53;
  }

  private static void require(List<RewardExample> examples, String from, String what) {
    if (examples.isEmpty()) {
      throw new UserException(
          from
              + ": no example is left to "
              + what
              + "; give more examples, other proportions, or a file of its own");
    }
  }

  /** Turns lines into examples of one kind. */
  private record Reader(RewardTrainingOptions.Fields fields, List<String> labels) {

    static Reader of(RewardTrainingOptions.Fields fields, List<Row> rows) {
      if (fields instanceof Labelled labelled) {
        return new Reader(fields, labels(labelled, rows));
      }
      return new Reader(fields, fields instanceof Rated rated ? rated.heads() : List.of(REWARD));
    }

    private static List<String> labels(Labelled fields, List<Row> rows) {
      SortedSet<String> labels = new TreeSet<>();
      rows.forEach(row -> labels.add(row.text(fields.label())));
      labels.removeAll(fields.either().keySet());
      fields
          .either()
          .forEach(
              (coarse, fine) -> {
                if (!labels.containsAll(fine)) {
                  throw new UserException(
                      "the label '"
                          + coarse
                          + "' is to mean one of "
                          + fine
                          + ", but the labels of the examples are "
                          + labels);
                }
              });
      if (labels.size() < 2) {
        throw new UserException(
            rows.get(0).file()
                + ": the field '"
                + fields.label()
                + "' holds "
                + labels
                + " throughout; there must be two labels to tell apart");
      }
      return List.copyOf(labels);
    }

    List<RewardExample> examples(List<Row> rows) {
      List<RewardExample> examples = new ArrayList<>();
      for (Row row : rows) {
        RewardExample example =
            fields instanceof Labelled labelled
                ? labelled(labelled, row)
                : fields instanceof Preferred preferred
                    ? preferred(preferred, row)
                    : rated((Rated) fields, row);
        // Two equal responses cannot be told apart, whatever was preferred.
        if (example.pairs().stream().distinct().count() == example.pairs().size()) {
          examples.add(example);
        }
      }
      return examples;
    }

    private RewardExample labelled(Labelled from, Row row) {
      String label = row.text(from.label());
      List<String> allowed = from.either().getOrDefault(label, List.of(label));
      return new RewardExample(
          List.of(new TextPair(text(row, from.premise()), text(row, from.hypothesis()))),
          labels.stream().map(each -> allowed.contains(each) ? 1.0 : 0.0).toList());
    }

    private static RewardExample preferred(Preferred from, Row row) {
      String chosen = text(row, from.chosen());
      String rejected = text(row, from.rejected());
      String prompt;
      if (from.prompt().isPresent()) {
        prompt = text(row, from.prompt().get());
      } else {
        int end = shared(chosen, rejected);
        prompt = chosen.substring(0, end);
        chosen = chosen.substring(end);
        rejected = rejected.substring(end);
      }
      return new RewardExample(
          List.of(new TextPair(prompt, chosen), new TextPair(prompt, rejected)), List.of());
    }

    /** Returns where two dialogues part. */
    private static int shared(String one, String other) {
      int end = 0;
      while (end < Math.min(one.length(), other.length()) && one.charAt(end) == other.charAt(end)) {
        end++;
      }
      int turn = one.lastIndexOf(TURN, end - TURN.length());
      if (turn >= 0) {
        return turn + TURN.length();
      }
      while (end > 0 && !Character.isWhitespace(one.charAt(end - 1))) {
        end--;
      }
      return end;
    }

    private static RewardExample rated(Rated from, Row row) {
      return new RewardExample(
          List.of(new TextPair(text(row, from.prompt()), text(row, from.response()))),
          from.heads().stream().map(row::real).toList());
    }

    /** Returns a field's text, or a template's. */
    private static String text(Row row, String fieldOrTemplate) {
      return fieldOrTemplate.contains("{") ? row.fill(fieldOrTemplate) : row.text(fieldOrTemplate);
    }
  }
}
