package dev.clp.runtime.choices;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clp.runtime.data.JsonLines;
import dev.clp.runtime.data.JsonLines.Row;
import dev.clp.runtime.error.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A user's choice between two responses.
 *
 * @param where file and line, for errors
 * @param prompt what both respond to; empty if it is not stated, which scores make up for
 * @param chosen the better one
 * @param rejected the other one
 */
public record Choice(String where, String prompt, Response chosen, Response rejected) {

  /** A response, with its raw scores in the order of the objectives if they are stated. */
  public record Response(String text, Optional<List<Double>> scores) {}

  /** Returns what was chosen, then what was rejected. */
  public Stream<Response> responses() {
    return Stream.of(chosen, rejected);
  }

  /**
   * The choices of a file.
   *
   * @param made at least one
   * @param unmarked the number of lines whose choice is still open
   */
  public record File(List<Choice> made, int unmarked) {}

  /**
   * Reads choices from JSON Lines of two forms:
   *
   * <pre>{"prompt": "...", "chosen": "...", "rejected": "..."}
   * {"prompt": "...", "a": "...", "b": "...", "choice": "a"}</pre>
   *
   * <p>A choice of null, as proposals have it, is still open. Scores may be stated beside a
   * response, under its field's name and {@code _scores}, as an object of numbers by objective.
   *
   * @throws UserException naming file, line and field if anything is malformed, or if nothing is
   *     chosen
   */
  public static File read(Path file, List<String> objectives) {
    List<Row> rows = JsonLines.rows(file, Optional.empty());
    List<Choice> made = rows.stream().flatMap(row -> of(row, objectives).stream()).toList();
    int unmarked = rows.size() - made.size();
    if (made.isEmpty()) {
      throw new UserException(
          file + ": none of its " + unmarked + " pairs is marked; set choice to \"a\" or \"b\"");
    }
    return new File(made, unmarked);
  }

  /**
   * Reads a choice of either form.
   *
   * @return nothing if the choice is still open
   * @throws UserException naming place and field if anything is malformed
   */
  public static Optional<Choice> of(Row row, List<String> objectives) {
    JsonNode choice = row.json().path("choice");
    if (choice.isMissingNode()) {
      return Optional.of(of(row, "chosen", "rejected", objectives));
    } else if (choice.isNull() || choice.asText().isBlank()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (choice.asText()) {
          case "a" -> of(row, "a", "b", objectives);
          case "b" -> of(row, "b", "a", objectives);
          default ->
              throw new UserException(
                  row.where() + ": choice must be \"a\", \"b\" or null, but is " + choice);
        });
  }

  private static Choice of(Row row, String chosen, String rejected, List<String> objectives) {
    Response better = response(row, chosen, objectives);
    Response worse = response(row, rejected, objectives);
    boolean scored = better.scores().isPresent() && worse.scores().isPresent();
    String prompt = scored && !row.json().has("prompt") ? "" : row.text("prompt");
    return new Choice(row.where(), prompt, better, worse);
  }

  private static Response response(Row row, String field, List<String> objectives) {
    JsonNode scores = row.json().path(field + "_scores");
    if (scores.isMissingNode() || scores.isNull()) {
      return new Response(row.text(field), Optional.empty());
    }
    List<Double> values = new ArrayList<>();
    for (String objective : objectives) {
      JsonNode value = scores.path(objective);
      if (!value.isNumber() || scores.size() != objectives.size()) {
        throw new UserException(
            row.where()
                + ": "
                + field
                + "_scores must hold a number for each of the objectives "
                + objectives
                + " and nothing else, but holds "
                + scores);
      }
      values.add(value.asDouble());
    }
    return new Response(row.json().path(field).asText(""), Optional.of(values));
  }
}
