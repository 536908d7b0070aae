package dev.clp.runtime.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableLongArray;
import dev.clp.api.PolicyTerm;
import dev.clp.runtime.engine.TorchProgram;
import dev.clp.runtime.model.Caches;
import dev.clp.runtime.model.CausalModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Samples from fused weights with a cache in which all rows write the same column at a step.
 *
 * <p>A row's prompt, behind the prefix, ends where its response begins, whenever it is admitted. So
 * columns before its prompt are not its own, and among prompts that are admitted together the
 * shorter ones leave a gap before the response; the mask hides both. The rotation counts each row's
 * own positions, so that a cached key can stand in any column.
 *
 * <p>The columns in use run from the first of the row that has been there longest to the one
 * written last: never more than the model has positions. Where a response could run out of columns,
 * those in use move to the front of a new cache.
 *
 * <p>Where a row's length changes how its tokens are read ("dynamic" and "longrope" positions past
 * the length of training), the row is read anew when it does: its logits are those that a forward
 * pass over its tokens so far returns.
 */
final class CachedDecoder implements CausalModel.Decoder {

  /** The columns of a new cache that rows move to, as a multiple of those needed at once. */
  private static final int SPARE = 2;

  private final NDManager manager;
  private final DecoderConfig config;
  private final TorchProgram program;
  private final RowWeights weights;
  private final RotaryTables rotary;
  private List<Row> rows = new ArrayList<>();
  private NDList cache = new NDList();
  private NDList mask = new NDList();
  private int capacity;
  private int column;

  /**
   * Where a row's tokens stand.
   *
   * @param live whether it is still asked for
   * @param first the column of its first token
   * @param gap the column behind its prompt
   * @param response the column of its response's first token
   * @param position the position of the token to be read next
   * @param last the column behind the last token that it can still read
   * @param tokens what it read, the prefix aside, if that may have to be read anew; else its prompt
   */
  private record Row(
      boolean live,
      int first,
      int gap,
      int response,
      long position,
      int last,
      ImmutableLongArray tokens) {

    /** Returns the row after one more token; a released row stays where it is. */
    Row next(ImmutableLongArray read) {
      return live ? new Row(true, first, gap, response, position + 1, last, read) : this;
    }

    /** Returns the column of one of its positions. */
    int column(long at) {
      int prompt = gap - first;
      return (int) (at < prompt ? first + at : response + at - prompt);
    }

    Row moved(int columns) {
      return new Row(
          live,
          first + columns,
          gap + columns,
          response + columns,
          position,
          last + columns,
          tokens);
    }

    Row released() {
      return new Row(false, first, gap, response, position, last, tokens);
    }
  }

  /**
   * Opens a decoder without rows.
   *
   * @param manager owns the arrays
   * @param weights what the program multiplies, and reads before every prompt
   * @param rotary cosines and sines
   */
  CachedDecoder(
      NDManager manager,
      DecoderConfig config,
      TorchProgram program,
      RowWeights weights,
      RotaryTables rotary) {
    this.manager = manager;
    this.config = config;
    this.program = program;
    this.weights = weights;
    this.rotary = rotary;
  }

  @Override
  public NDArray admit(int[] places, long[][] prompts, int[] responseTokens) {
    return admit(places, prompts, responseTokens, weights.shared());
  }

  @Override
  public NDArray admit(
      int[] places, long[][] prompts, int[] responseTokens, List<PolicyTerm> terms) {
    try (NDManager scope = manager.newSubManager()) {
      return admit(places, prompts, responseTokens, weights.admit(scope, places, terms));
    }
  }

  private NDArray admit(
      int[] places, long[][] prompts, int[] responseTokens, RowWeights.Reading own) {
    int prefixTokens = weights.prefixTokens();
    int longest = Arrays.stream(prompts).mapToInt(prompt -> prompt.length).max().orElseThrow();
    int read = prefixTokens + longest;
    int most = Arrays.stream(responseTokens).max().orElseThrow();
    boolean first = rows.isEmpty();
    NDArray logits;
    if (first) {
      capacity = read + most;
      column = read;
      cache = emptyCache(prompts.length, capacity);
      logits = prefill(cache, prompts, longest, own);
    } else {
      makeRoom(places[places.length - 1] + 1, read, most);
      try (NDList added = emptyCache(prompts.length, read)) {
        logits = prefill(added, prompts, longest, own);
        Caches.place(manager, cache, added, places, column - read);
      }
    }
    for (int i = 0; i < prompts.length; i++) {
      int begin = column - read;
      int length = prefixTokens + prompts[i].length;
      Row row =
          new Row(
              true,
              begin,
              begin + length,
              column,
              length,
              column + responseTokens[i],
              ImmutableLongArray.copyOf(prompts[i]));
      if (places[i] < rows.size()) {
        rows.set(places[i], row);
      } else {
        rows.add(row);
      }
    }
    renewMask();
    return logits;
  }

  /** Returns the logits behind each prompt after reading it into the cache's first columns. */
  private NDArray prefill(NDList into, long[][] prompts, int longest, RowWeights.Reading own) {
    long[] tokens = new long[prompts.length * longest];
    long[] last = new long[prompts.length];
    for (int row = 0; row < prompts.length; row++) {
      System.arraycopy(prompts[row], 0, tokens, row * longest, prompts[row].length);
      last[row] = prompts[row].length - 1L;
    }
    int before = weights.prefixTokens();
    int[] lengths = Arrays.stream(prompts).mapToInt(prompt -> before + prompt.length).toArray();
    try (NDManager scope = manager.newSubManager();
        NDArray read = scope.create(tokens, new Shape(prompts.length, longest));
        NDArray ends = scope.create(last)) {
      NDArray rotation = rotary.first(scope, lengths, before + longest);
      return program
          .run(
              manager,
              "prefill",
              weights.fused(),
              into,
              own.prefix(),
              read,
              ends,
              rotation,
              weights.rights(),
              own.coefficients(),
              own.mix())
          .singletonOrThrow();
    }
  }

  private NDList emptyCache(int batch, int columns) {
    NDList arrays = new NDList();
    Shape shape =
        new Shape(
            batch, config.attention().keyValueHeads(), columns, config.attention().headWidth());
    for (int i = 0; i < 2 * config.layers(); i++) {
      arrays.add(manager.zeros(shape, DataType.FLOAT32));
    }
    return arrays;
  }

  /**
   * Makes sure that prompts of {@code read} columns fit before the column to be written next, and
   * all responses behind it.
   */
  private void makeRoom(int batch, int read, int most) {
    int needed =
        rows.stream().filter(Row::live).mapToInt(Row::last).reduce(column + most, Math::max);
    if (batch <= rows.size() && read <= column && needed <= capacity) {
      return;
    }
    int first = firstColumn();
    int used = column - first;
    int to = Math.max(0, read - used);
    int shift = to - first;
    capacity = SPARE * (needed + shift);
    cache = Caches.move(manager, cache, Math.max(batch, rows.size()), capacity, first, used, to);
    column += shift;
    rows = new ArrayList<>(rows.stream().map(row -> row.moved(shift)).toList());
  }

  /** Returns the first column that any live row has a token in. */
  private int firstColumn() {
    return rows.stream().filter(Row::live).mapToInt(Row::first).min().orElse(column);
  }

  @Override
  public NDArray step(NDArray tokens) {
    long[] positions = rows.stream().mapToLong(Row::position).toArray();
    NDArray logits;
    try (NDManager scope = manager.newSubManager()) {
      logits =
          program
              .run(
                  manager,
                  "step",
                  weights.fused(),
                  cache,
                  tokens,
                  scope.create(positions),
                  mask,
                  near(scope),
                  (long) firstColumn(),
                  (long) column,
                  rotary.last(scope, positions),
                  weights.rights(),
                  weights.coefficients(),
                  weights.mix())
              .singletonOrThrow();
    }
    column++;
    if (config.positions().dependsOnLength()) {
      append(tokens.toLongArray());
      readAnew(logits);
    } else {
      rows.replaceAll(row -> row.next(row.tokens()));
    }
    return logits;
  }

  /** Returns the first column [rows] that a window shows of each row; none if it shows all. */
  private NDList near(NDManager scope) {
    int window = config.attention().window();
    if (window == 0 || rows.stream().noneMatch(row -> row.live() && row.position() >= window)) {
      return new NDList();
    }
    long[] near =
        rows.stream()
            .mapToLong(row -> row.live() ? row.column(row.position() - window + 1) : 0)
            .toArray();
    return new NDList(scope.create(near));
  }

  private void append(long[] tokens) {
    for (int i = 0; i < tokens.length; i++) {
      Row row = rows.get(i);
      ImmutableLongArray.Builder read = ImmutableLongArray.builder().addAll(row.tokens());
      rows.set(i, row.next(read.add(tokens[i]).build()));
    }
  }

  /** Reads the rows anew whose last token changed how they are read, and corrects their logits. */
  private void readAnew(NDArray logits) {
    int[] stale =
        IntStream.range(0, rows.size())
            .filter(i -> rows.get(i).live())
            .filter(i -> config.positions().changesAt((int) rows.get(i).position()))
            .toArray();
    if (stale.length == 0) {
      return;
    }
    long[][] tokens =
        IntStream.of(stale).mapToObj(i -> rows.get(i).tokens().toArray()).toArray(long[][]::new);
    int longest = Arrays.stream(tokens).mapToInt(read -> read.length).max().orElseThrow();
    int begin = column - weights.prefixTokens() - longest;
    try (NDList added = emptyCache(stale.length, column - begin);
        NDArray index = Caches.index(manager, stale);
        NDArray correct = prefill(added, tokens, longest, weights.shared())) {
      Caches.place(manager, cache, added, stale, begin);
      program.run(manager, "correct", logits, correct, index).close();
    }
    for (int i : stale) {
      Row row = rows.get(i);
      int end = begin + (int) row.position();
      rows.set(i, new Row(true, begin, end, column, row.position(), row.last(), row.tokens()));
    }
    renewMask();
  }

  @Override
  public void release(int row) {
    rows.set(row, rows.get(row).released());
  }

  @Override
  public void keep(int[] kept) {
    weights.keep(kept);
    if (kept.length == 0) {
      cache.close();
      mask.close();
      cache = new NDList();
      mask = new NDList();
    } else {
      cache = Caches.keep(manager, cache, kept);
      mask = Caches.keep(manager, mask, kept);
    }
    rows = new ArrayList<>(IntStream.of(kept).mapToObj(rows::get).toList());
  }

  /** Makes the mask [rows, 1, 1, capacity], or none where all columns in use are every row's. */
  private void renewMask() {
    mask.close();
    mask = new NDList();
    int first = firstColumn();
    boolean hides =
        rows.stream()
            .filter(Row::live)
            .anyMatch(row -> row.first() > first || row.gap() < row.response());
    if (!hides) {
      return;
    }
    float[] hidden = new float[rows.size() * capacity];
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      if (row.live()) {
        int start = i * capacity;
        Arrays.fill(hidden, start, start + row.first(), Float.NEGATIVE_INFINITY);
        Arrays.fill(hidden, start + row.gap(), start + row.response(), Float.NEGATIVE_INFINITY);
      }
    }
    mask.add(manager.create(hidden, new Shape(rows.size(), 1, 1, capacity)));
  }
}
