package dev.clp.runtime.report;

import dev.clp.api.Message;
import dev.clp.api.Sample;
import dev.clp.api.SampleTable;
import dev.clp.api.Weighting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of a sample table that a page can carry: whole examples in the table's order, so that
 * every policy can be compared on each, until a bound is reached.
 *
 * @param objectives the names of the objectives, in order
 * @param weightings the distinct weightings; rows refer to them by index
 * @param prompts the prompt of each embedded example, by the example's id
 * @param conversations the messages of the embedded prompts that are conversations, possibly cut,
 *     by the example's id
 * @param rows the embedded samples
 * @param totalExamples the number of examples in the table
 * @param totalSamples the number of samples in the table
 * @param responsesPerCell at most so many samples of one policy, seed, weighting and example
 * @param charactersPerText longer prompts and responses are cut here
 */
record SampleExcerpt(
    List<String> objectives,
    List<Weighting> weightings,
    Map<String, String> prompts,
    Map<String, List<Message>> conversations,
    List<Row> rows,
    int totalExamples,
    int totalSamples,
    int responsesPerCell,
    int charactersPerText) {

  /** A page with more examples than this is not read to the end. */
  private static final int EXAMPLES = 40;

  private static final int RESPONSES_PER_CELL = 3;

  private static final int CHARACTERS_PER_TEXT = 4_000;

  /** Keeps a page at a few megabytes, which browsers open at once. */
  private static final long CHARACTERS = 4_000_000;

  /** The JSON of a row without its texts. */
  private static final int CHARACTERS_PER_ROW = 150;

  /**
   * One embedded sample.
   *
   * @param policy the policy's name
   * @param seed the seed that it was trained with, as text: a script's numbers end at 2^53
   * @param weighting an index into the weightings
   * @param example the example's id
   * @param response the response's text, possibly cut
   * @param tokens the number of generated tokens
   * @param scores the raw reward per objective
   * @param logRatio the log-ratio of the response, in nats; not a number where it is not known
   */
  record Row(
      String policy,
      String seed,
      int weighting,
      String example,
      String response,
      int tokens,
      List<Double> scores,
      double logRatio) {}

  private record Cell(String policy, long seed, Weighting weighting) {}

  static SampleExcerpt of(SampleTable table, Map<String, List<Message>> conversations) {
    Map<String, List<Sample>> examples = new LinkedHashMap<>();
    for (Sample sample : table.samples()) {
      examples.computeIfAbsent(sample.example(), id -> new ArrayList<>()).add(sample);
    }
    Map<Weighting, Integer> weightings = new LinkedHashMap<>();
    Map<String, String> prompts = new LinkedHashMap<>();
    List<Row> rows = new ArrayList<>();
    long characters = 0;
    for (Map.Entry<String, List<Sample>> example : examples.entrySet()) {
      String prompt = cut(example.getValue().get(0).prompt());
      List<Sample> kept = firstOfEachCell(example.getValue());
      characters += prompt.length();
      for (Sample sample : kept) {
        characters +=
            Math.min(sample.response().length(), CHARACTERS_PER_TEXT) + CHARACTERS_PER_ROW;
      }
      // The first example is shown whatever its size: a browser of nothing helps nobody.
      if (!prompts.isEmpty() && (prompts.size() == EXAMPLES || characters > CHARACTERS)) {
        break;
      }
      prompts.put(example.getKey(), prompt);
      for (Sample sample : kept) {
        Integer known = weightings.putIfAbsent(sample.weighting(), weightings.size());
        rows.add(
            new Row(
                sample.policy(),
                Long.toString(sample.seed()),
                known == null ? weightings.size() - 1 : known,
                sample.example(),
                cut(sample.response()),
                sample.tokens(),
                sample.scores(),
                sample.logRatio().orElse(Double.NaN)));
      }
    }
    return new SampleExcerpt(
        table.objectives(),
        List.copyOf(weightings.keySet()),
        prompts,
        shown(conversations, prompts.keySet()),
        rows,
        examples.size(),
        table.samples().size(),
        RESPONSES_PER_CELL,
        CHARACTERS_PER_TEXT);
  }

  private static Map<String, List<Message>> shown(
      Map<String, List<Message>> conversations, Set<String> examples) {
    Map<String, List<Message>> shown = new LinkedHashMap<>();
    for (String example : examples) {
      if (conversations.containsKey(example)) {
        shown.put(
            example,
            conversations.get(example).stream()
                .map(said -> new Message(said.role(), cut(said.text())))
                .toList());
      }
    }
    return shown;
  }

  private static List<Sample> firstOfEachCell(List<Sample> samples) {
    Map<Cell, Integer> seen = new HashMap<>();
    return samples.stream()
        .filter(
            sample ->
                seen.merge(
                        new Cell(sample.policy(), sample.seed(), sample.weighting()),
                        1,
                        Integer::sum)
                    <= RESPONSES_PER_CELL)
        .toList();
  }

  private static String cut(String text) {
    if (text.length() <= CHARACTERS_PER_TEXT) {
      return text;
    }
    // Never between the two halves of a character outside the basic plane.
    int end = text.offsetByCodePoints(0, text.codePointCount(0, CHARACTERS_PER_TEXT - 1));
    return text.substring(0, end) + "…";
  }
}
