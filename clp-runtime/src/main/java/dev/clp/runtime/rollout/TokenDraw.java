package dev.clp.runtime.rollout;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.rollout.DecodingSession.LikelyTokens;
import dev.clp.runtime.rollout.DecodingSession.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Draws the next token of each of several rows from their logits, each by its own request's law and
 * random stream.
 *
 * @param ends the tokens at which a response ends
 * @param ids the number of ids that may be drawn, from the first on
 */
record TokenDraw(Set<Long> ends, long ids) {

  /**
   * Draws a token of each row that is not over, and appends it.
   *
   * @param scope owns what is needed meanwhile
   * @param logits [rows, vocabulary]
   * @param rows one per row of the logits
   * @return the rows that got a token
   * @throws UserException if logits are not finite
   */
  List<Row> of(NDManager scope, NDArray logits, List<Row> rows) {
    List<Integer> open =
        IntStream.range(0, rows.size()).filter(i -> !rows.get(i).isOver()).boxed().toList();
    Map<SamplingOptions, List<Integer>> byLaw = new LinkedHashMap<>();
    for (int i : open) {
      byLaw.computeIfAbsent(rows.get(i).request().options().law(), law -> new ArrayList<>()).add(i);
    }
    byLaw.forEach(
        (law, members) -> {
          List<Row> own = members.stream().map(rows::get).toList();
          draw(
              scope,
              members.size() == rows.size() ? logits : pick(scope, logits, members),
              own,
              law);
        });
    return open.stream().map(rows::get).toList();
  }

  private static NDArray pick(NDManager scope, NDArray logits, List<Integer> members) {
    return logits.get(scope.create(members.stream().mapToLong(Integer::longValue).toArray()));
  }

  /** Draws a token of each row of one law. */
  private void draw(NDManager scope, NDArray logits, List<Row> rows, SamplingOptions law) {
    float[] uniform = new float[rows.size()];
    for (int i = 0; i < uniform.length; i++) {
      uniform[i] = rows.get(i).nextUniform();
    }
    List<LikelyTokens> likeliest = likeliest(scope, logits, rows);
    NDList drawn =
        ArrayOperations.sample(
            scope,
            logits,
            scope.create(uniform),
            law.temperature(),
            law.topK(),
            law.topP(),
            law.minP(),
            ids,
            shift(scope, logits, rows));
    long[] tokens = drawn.get(0).toLongArray();
    float[] logProbabilities = drawn.get(1).toFloatArray();
    float[] sampled = drawn.get(2).toFloatArray();
    for (int i = 0; i < tokens.length; i++) {
      Row row = rows.get(i);
      if (!Float.isFinite(logProbabilities[i])) {
        throw new UserException(
            "the logits of the sampled policy are not finite, so that no token can be drawn for"
                + " example '"
                + row.request().example().id()
                + "': its parameters are too large or were damaged; use another checkpoint, or"
                + " train with a lower learning rate");
      }
      int asked = row.request().options().likeliest();
      if (asked > 0) {
        row.appendLikeliest(likeliest.get(i).first(asked));
      }
      row.append(tokens[i], logProbabilities[i], sampled[i], ends);
    }
  }

  /** Returns what is added to the logits, nothing if no row asks for it. */
  private static Optional<NDArray> shift(NDManager scope, NDArray logits, List<Row> rows) {
    if (rows.stream().allMatch(row -> row.request().options().shift().isNone())) {
      return Optional.empty();
    }
    int vocabulary = Math.toIntExact(logits.getShape().get(1));
    float[] shift = new float[rows.size() * vocabulary];
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      row.request()
          .options()
          .shift()
          .addTo(shift, i * vocabulary, vocabulary, row.response().toArray());
    }
    return Optional.of(scope.create(shift, new Shape(rows.size(), vocabulary)));
  }

  /** Returns the likeliest tokens of every row, as many as the most that one asks for. */
  private List<LikelyTokens> likeliest(NDManager scope, NDArray logits, List<Row> rows) {
    int count = rows.stream().mapToInt(row -> row.request().options().likeliest()).max().orElse(0);
    if (count == 0) {
      return List.of();
    }
    NDList found = ArrayOperations.likeliest(scope, logits, count, ids);
    int width = Math.toIntExact(found.get(0).getShape().get(1));
    long[] tokens = found.get(0).toLongArray();
    float[] logProbabilities = found.get(1).toFloatArray();
    return IntStream.range(0, rows.size())
        .mapToObj(
            row -> {
              int[] at = IntStream.range(row * width, (row + 1) * width).toArray();
              return new LikelyTokens(
                  IntStream.of(at).mapToObj(i -> tokens[i]).toList(),
                  IntStream.of(at).mapToObj(i -> logProbabilities[i]).toList());
            })
        .toList();
  }
}
