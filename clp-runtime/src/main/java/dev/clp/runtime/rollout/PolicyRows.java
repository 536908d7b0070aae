package dev.clp.runtime.rollout;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Policy;
import dev.clp.api.PolicyTerm;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.rollout.DecodingSession.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * Rows that decode together, of one policy or of policies that differ in weighting alone: every
 * term has a decoder, and a row stands at the same place in each.
 */
final class PolicyRows implements AutoCloseable {

  /** Copying the cache pays once no more than this proportion of its rows is still asked for. */
  private static final double COMPACTION_THRESHOLD = 0.75;

  private final NDManager manager;
  private final Policy policy;
  private final TokenDraw draw;
  private final List<CausalModel.Decoder> decoders;
  private final List<Row> waiting = new ArrayList<>();
  // By place in the decoders; rows that are over stay until others take their places.
  private List<Row> places = new ArrayList<>();

  PolicyRows(NDManager parent, Policy policy, TokenDraw draw) {
    this.manager = parent.newSubManager();
    this.policy = policy;
    this.draw = draw;
    this.decoders = policy.terms().stream().map(term -> decoder(manager, term)).toList();
  }

  private static CausalModel.Decoder decoder(NDManager manager, PolicyTerm term) {
    return DecodedTogether.hasOwn(term)
        ? DecodedTogether.model(term).decoder(manager, term)
        : CausalModel.of(term).decoder(manager);
  }

  /** Makes sure that a row fits the models of its policy. */
  static void check(Row row) {
    List<PolicyTerm> terms = row.request().policy().terms();
    for (int term = 0; term < terms.size(); term++) {
      int soft = terms.get(term).prefix().map(prefix -> (int) prefix.getShape().get(0)).orElse(0);
      DecodedTogether.model(terms.get(term))
          .checkPositions(soft + row.prompt(term).length(), row.request().options().maxNewTokens());
    }
  }

  /** Returns whether rows of a policy can decode beside these. */
  boolean takes(Policy other) {
    return DecodedTogether.test(policy, other);
  }

  int rows() {
    return (int) places.stream().filter(row -> !row.isOver()).count()
        + (int) waiting.stream().filter(row -> !row.isOver()).count();
  }

  boolean isEmpty() {
    return rows() == 0;
  }

  void admit(Row row) {
    waiting.add(row);
  }

  /** Draws a token of every row that is not over, and returns those. */
  List<Row> step() {
    List<Row> drawn = new ArrayList<>();
    waiting.removeIf(Row::isOver);
    compact();
    if (!places.isEmpty()) {
      drawn.addAll(drawNext());
    }
    if (!waiting.isEmpty()) {
      drawn.addAll(drawFirst());
    }
    return drawn;
  }

  /** Reads the rows' last tokens and draws the next ones. */
  private List<Row> drawNext() {
    long[] last = places.stream().mapToLong(Row::lastToken).toArray();
    try (NDManager scope = manager.newSubManager()) {
      NDArray tokens = scope.create(last);
      return drawFrom(scope, places, (term, decoder) -> decoder.step(tokens));
    }
  }

  /** Reads the prompts of the rows that wait and draws their first tokens. */
  private List<Row> drawFirst() {
    List<Row> admitted = List.copyOf(waiting);
    waiting.clear();
    int[] at =
        IntStream.concat(
                IntStream.range(0, places.size()).filter(place -> places.get(place).isOver()),
                IntStream.iterate(places.size(), place -> place + 1))
            .limit(admitted.size())
            .toArray();
    for (int i = 0; i < at.length; i++) {
      if (at[i] < places.size()) {
        places.set(at[i], admitted.get(i));
      } else {
        places.add(admitted.get(i));
      }
    }
    int[] longest =
        admitted.stream().mapToInt(row -> row.request().options().maxNewTokens()).toArray();
    try (NDManager scope = manager.newSubManager()) {
      return drawFrom(
          scope,
          admitted,
          (term, decoder) ->
              decoder.admit(
                  at,
                  admitted.stream().map(row -> row.prompt(term).toArray()).toArray(long[][]::new),
                  longest,
                  admitted.stream().map(row -> row.request().policy().terms().get(term)).toList()));
    }
  }

  /**
   * Draws a token of each of some rows that is not over.
   *
   * @param scope owns what is needed meanwhile
   * @param rows one per row of the logits
   * @param read returns the logits of a term, given its number and decoder
   */
  private List<Row> drawFrom(
      NDManager scope, List<Row> rows, BiFunction<Integer, CausalModel.Decoder, NDArray> read) {
    List<NDArray> terms = new ArrayList<>();
    for (int term = 0; term < decoders.size(); term++) {
      NDArray logits = read.apply(term, decoders.get(term));
      logits.attach(scope);
      terms.add(logits);
    }
    List<Policy> policies = rows.stream().map(row -> row.request().policy()).toList();
    return draw.of(scope, CombinedLogits.ofRows(scope, policies, terms), rows);
  }

  /** Gives up the places of rows that are over, and drops them where that pays. */
  private void compact() {
    int[] open =
        IntStream.range(0, places.size()).filter(place -> !places.get(place).isOver()).toArray();
    // Waiting rows take places that would otherwise be computed for nothing.
    int needed = Math.min(places.size(), open.length + waiting.size());
    if (open.length == 0 || needed <= (int) (COMPACTION_THRESHOLD * places.size())) {
      decoders.forEach(decoder -> decoder.keep(open));
      places = new ArrayList<>(IntStream.of(open).mapToObj(places::get).toList());
    } else {
      for (int place = 0; place < places.size(); place++) {
        if (places.get(place).isOver()) {
          int released = place;
          decoders.forEach(decoder -> decoder.release(released));
        }
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
