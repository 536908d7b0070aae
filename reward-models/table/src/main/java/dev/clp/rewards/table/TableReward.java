package dev.clp.rewards.table;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.clp.api.Completion;
import dev.clp.api.RewardModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scores a response by one column of a table; a pair that the table lacks is an error. */
final class TableReward implements RewardModel {

  /** Beyond any length whose responses can be listed, if the vocabulary has two words. */
  private static final int LONGEST = 64;

  private final Path file;
  private final List<String> words;
  private final Map<String, Integer> prompts;
  private final Map<String, Integer> responses = new HashMap<>();
  private final int length;
  private final float[][] scores;

  /**
   * Reads a table.
   *
   * @throws IllegalArgumentException if the file cannot be read, is malformed, or does not fit the
   *     options; the message names file, place, what was expected and found, and the remedy
   */
  TableReward(TableOptions options) {
    file = options.file();
    words = List.copyOf(numbers(options.words(), "words").keySet());
    prompts = numbers(options.prompts(), "prompts");
    JsonNode table = read(file);
    int vocabulary = positive(table, "vocabulary", Integer.MAX_VALUE);
    length = positive(table, "length", LONGEST);
    int rows = positive(table, "prompts", Integer.MAX_VALUE);
    int columns = positive(table, "objectives", Integer.MAX_VALUE);
    if (words.size() != vocabulary) {
      throw unfit("the option words names " + words.size() + " words", "vocabulary", vocabulary);
    }
    if (prompts.size() != rows) {
      throw unfit("the option prompts names " + prompts.size() + " prompts", "prompts", rows);
    }
    if (options.column() >= columns) {
      throw unfit("the option column is " + options.column(), "objectives", columns);
    }
    JsonNode objectives = array(table.path("rewards"), columns, "rewards");
    String place = "rewards[" + options.column() + "]";
    JsonNode column = array(objectives.get(options.column()), rows, place);
    scores = new float[rows][];
    for (int row = 0; row < rows; row++) {
      scores[row] = scores(column.get(row), vocabulary, place + "[" + row + "]");
    }
    name("", length);
  }

  /** Names all responses that begin alike, in the order of their numbers. */
  private void name(String beginning, int left) {
    if (left == 0) {
      if (responses.putIfAbsent(beginning, responses.size()) != null) {
        throw new IllegalArgumentException(
            "the option words "
                + words
                + " makes two responses of "
                + length
                + " words alike, '"
                + beginning
                + "', so that neither could be told from the other; remove the spaces from the"
                + " words");
      }
      return;
    }
    for (String word : words) {
      name(beginning.isEmpty() ? word : beginning + " " + word, left - 1);
    }
  }

  @Override
  public float[] score(List<Completion> completions) {
    float[] found = new float[completions.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = score(completions.get(i));
    }
    return found;
  }

  private float score(Completion completion) {
    Integer prompt = prompts.get(completion.example().prompt().strip());
    if (prompt == null) {
      throw new IllegalArgumentException(
          file
              + ": the table has no prompt '"
              + completion.example().prompt()
              + "'; its prompts are "
              + prompts.keySet()
              + ". Ask only these, or name this one in the option prompts");
    }
    Integer response = responses.get(completion.response().strip());
    if (response == null) {
      throw new IllegalArgumentException(
          file
              + ": the table has no response '"
              + completion.response()
              + "' to the prompt '"
              + completion.example().prompt()
              + "'; its responses are "
              + length
              + " of the words "
              + words
              + " with single spaces between them. Use a model of this vocabulary and"
              + " rollout.max-new-tokens = "
              + length);
    }
    return scores[prompt][response];
  }

  private static Map<String, Integer> numbers(List<String> texts, String option) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    for (String text : texts) {
      if (numbers.putIfAbsent(text.strip(), numbers.size()) != null) {
        throw new IllegalArgumentException(
            "the option " + option + " names '" + text + "' twice; expected different texts");
      }
    }
    return numbers;
  }

  private static JsonNode read(Path file) {
    try {
      return JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readTree(Files.readAllBytes(file));
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          file + ": expected a table in JSON, but " + e.getOriginalMessage() + "; make it again",
          e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the table " + file + " cannot be read (" + e + "); check the path", e);
    }
  }

  private int positive(JsonNode table, String field, int most) {
    JsonNode value = table.path(field);
    if (!value.isInt() || value.asInt() < 1 || value.asInt() > most) {
      String range = most == Integer.MAX_VALUE ? "" : " of at most " + most;
      throw malformed(field, "a positive integer" + range, value);
    }
    return value.asInt();
  }

  private JsonNode array(JsonNode value, int size, String place) {
    if (!value.isArray() || value.size() != size) {
      throw malformed(place, "an array of " + size, value);
    }
    return value;
  }

  private float[] scores(JsonNode row, int vocabulary, String place) {
    double responses = Math.pow(vocabulary, length);
    if (!row.isArray() || row.size() != responses) {
      throw malformed(place, "an array of " + vocabulary + "^" + length + " scores", row);
    }
    float[] values = new float[row.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = row.get(i);
      if (!value.isNumber() || !Float.isFinite(value.floatValue())) {
        throw malformed(place + "[" + i + "]", "a finite number", value);
      }
      values[i] = value.floatValue();
    }
    return values;
  }

  private IllegalArgumentException malformed(String place, String expected, JsonNode found) {
    String text =
        found.isArray()
            ? "an array of " + found.size()
            : found.isMissingNode() ? "nothing" : found.toString();
    return new IllegalArgumentException(
        file
            + ": expected "
            + expected
            + " at "
            + place
            + ", but found "
            + text
            + "; make the table again");
  }

  private IllegalArgumentException unfit(String option, String field, int value) {
    return new IllegalArgumentException(
        file
            + ": the table has "
            + field
            + " = "
            + value
            + ", but "
            + option
            + "; make the option fit the table");
  }
}
