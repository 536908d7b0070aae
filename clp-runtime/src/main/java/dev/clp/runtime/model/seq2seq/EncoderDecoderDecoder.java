package dev.clp.runtime.model.seq2seq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.runtime.engine.TorchProgram;
import dev.clp.runtime.model.Caches;
import dev.clp.runtime.model.CausalModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Writes responses from fused weights: keys and values of self attention grow by a column a step,
 * which all rows write, and those of cross attention stand from a row's admission on.
 *
 * <p>A row's start token stands in the column that was written last when the row was admitted; a
 * mask hides the columns before it. So the distance of two columns is the distance of their tokens,
 * in every row. The columns in use run from the first of the row that has been there longest to the
 * one written last; where a response could run out of columns, those in use move to the front of a
 * new cache.
 */
final class EncoderDecoderDecoder implements CausalModel.Decoder {

  /** The columns of a new cache that rows move to, as a multiple of those needed at once. */
  private static final int SPARE = 2;

  private final NDManager manager;
  private final Seq2SeqArchitecture architecture;
  private final TorchProgram program;
  private final NDList fused;
  private final NDArray prefix;
  private List<Row> rows = new ArrayList<>();
  private NDList cache = new NDList();
  private NDList cross = new NDList();
  private NDList mask = new NDList();
  private NDList crossMask = new NDList();
  private NDList distances = new NDList();
  private int capacity;
  private int crossWidth;
  private int column;

  /**
   * Where a row's tokens stand.
   *
   * @param live whether it is still asked for
   * @param first the column of its start token
   * @param prompt the length of its prompt, the prefix included
   * @param position the position of the token to be read next
   * @param last the column behind the last token that it can still read
   */
  private record Row(boolean live, int first, int prompt, long position, int last) {

    /** Returns the row after one more token; a released row stays where it is. */
    Row next() {
      return live ? new Row(true, first, prompt, position + 1, last) : this;
    }

    Row moved(int columns) {
      return new Row(live, first + columns, prompt, position, last + columns);
    }

    Row released() {
      // Whatever it reads from now on, the position must be one that there is.
      return new Row(false, first, prompt, 0, last);
    }
  }

  /**
   * Opens a decoder without rows.
   *
   * @param manager owns the arrays
   * @param fused the weights as the program multiplies them
   * @param prefix [tokens, hidden size], before every prompt
   */
  EncoderDecoderDecoder(
      NDManager manager,
      Seq2SeqArchitecture architecture,
      TorchProgram program,
      NDList fused,
      NDArray prefix) {
    this.manager = manager;
    this.architecture = architecture;
    this.program = program;
    this.fused = fused;
    this.prefix = prefix;
  }

  @Override
  public NDArray admit(int[] places, long[][] prompts, int[] responseTokens) {
    int prefixTokens = (int) prefix.size(0);
    NDList read = prefill(prompts);
    int arrays = (read.size() - 1) / 2;
    NDList ownCache = new NDList(read.subList(1, 1 + arrays));
    NDList ownCross = new NDList(read.subList(1 + arrays, read.size()));
    makeRoom(places, Arrays.stream(responseTokens).max().orElseThrow(), ownCross, ownCache);
    Caches.place(manager, cache, ownCache, places, column - 1);
    Caches.place(manager, cross, ownCross, places, 0);
    ownCache.close();
    ownCross.close();
    for (int i = 0; i < places.length; i++) {
      Row row =
          new Row(
              true, column - 1, prefixTokens + prompts[i].length, 1, column + responseTokens[i]);
      if (places[i] < rows.size()) {
        rows.set(places[i], row);
      } else {
        rows.add(row);
      }
    }
    renewMasks();
    return read.get(0);
  }

  /** Returns logits, a cache of one column, and keys and values of the prompts. */
  private NDList prefill(long[][] prompts) {
    PromptsAndResponses read = PromptsAndResponses.of(prompts);
    try (NDManager scope = manager.newSubManager()) {
      NDList results =
          program.run(
              scope,
              "prefill",
              fused,
              prefix,
              read.tokens(scope),
              read.lengths(scope),
              read.ownersOfSequences(scope),
              scope.create(new long[] {architecture.startToken()}));
      results.attach(manager);
      return results;
    }
  }

  /**
   * Makes sure that there are rows for all places, columns for all responses, and room for the
   * longest prompt.
   */
  private void makeRoom(int[] places, int most, NDList ownCross, NDList ownCache) {
    int batch = Math.max(rows.size(), places[places.length - 1] + 1);
    int width = Math.max(crossWidth, (int) ownCross.get(0).size(2));
    if (rows.isEmpty()) {
      column = 1;
    }
    int needed =
        rows.stream().filter(Row::live).mapToInt(Row::last).reduce(column + most, Math::max);
    if (batch > rows.size() || needed > capacity) {
      int first = firstColumn();
      capacity = rows.isEmpty() ? needed : SPARE * (needed - first);
      cache = moved(cache, ownCache, batch, capacity, first, column - first);
      column -= first;
      rows = new ArrayList<>(rows.stream().map(row -> row.moved(-first)).toList());
      distances.close();
      distances = program.run(manager, "distances", fused, (long) capacity);
    }
    if (batch > rows.size() || width > crossWidth) {
      cross = moved(cross, ownCross, batch, width, 0, crossWidth);
      crossWidth = width;
    }
  }

  /** Returns a larger cache with some columns of another at its front, or an empty one. */
  private NDList moved(NDList old, NDList like, int batch, int columns, int first, int used) {
    if (!old.isEmpty()) {
      return Caches.move(manager, old, batch, columns, first, used, 0);
    }
    NDList empty = new NDList();
    for (NDArray array : like) {
      Shape shape = array.getShape();
      empty.add(
          manager.zeros(
              new Shape(batch, shape.get(1), columns, shape.get(3)), array.getDataType()));
    }
    return empty;
  }

  /** Returns the first column that any live row or a row to be admitted has a token in. */
  private int firstColumn() {
    return rows.stream().filter(Row::live).mapToInt(Row::first).reduce(column - 1, Math::min);
  }

  @Override
  public NDArray step(NDArray tokens) {
    long[] positions = rows.stream().mapToLong(Row::position).toArray();
    try (NDArray at = manager.create(positions)) {
      NDArray logits =
          program
              .run(
                  manager,
                  "step",
                  fused,
                  cache,
                  cross,
                  tokens,
                  at,
                  distances,
                  mask,
                  crossMask,
                  (long) firstColumn(),
                  (long) column)
              .singletonOrThrow();
      column++;
      rows.replaceAll(Row::next);
      return logits;
    }
  }

  @Override
  public void release(int row) {
    rows.set(row, rows.get(row).released());
  }

  @Override
  public void keep(int[] kept) {
    if (kept.length == 0) {
      for (NDList arrays : List.of(cache, cross, mask, crossMask, distances)) {
        arrays.close();
        arrays.clear();
      }
      crossWidth = 0;
      capacity = 0;
    } else {
      cache = Caches.keep(manager, cache, kept);
      cross = Caches.keep(manager, cross, kept);
      mask = Caches.keep(manager, mask, kept);
      crossMask = Caches.keep(manager, crossMask, kept);
    }
    rows = new ArrayList<>(IntStream.of(kept).mapToObj(rows::get).toList());
  }

  /** Makes the masks of columns before a row's start token and of padding behind its prompt. */
  private void renewMasks() {
    mask.close();
    crossMask.close();
    int first = firstColumn();
    mask = hiding(capacity, row -> row.first() > first ? row.first() : 0, row -> 0);
    crossMask = hiding(crossWidth, row -> crossWidth - row.prompt(), Row::prompt);
  }

  /**
   * Returns a mask [rows, 1, 1, columns] that hides some columns of each live row, or none if no
   * row has any.
   */
  private NDList hiding(int columns, ToIntFunction<Row> count, ToIntFunction<Row> from) {
    if (rows.stream().noneMatch(row -> row.live() && count.applyAsInt(row) > 0)) {
      return new NDList();
    }
    float[] hidden = new float[rows.size() * columns];
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      if (row.live()) {
        int start = i * columns + from.applyAsInt(row);
        Arrays.fill(hidden, start, start + count.applyAsInt(row), Float.NEGATIVE_INFINITY);
      }
    }
    return new NDList(manager.create(hidden, new Shape(rows.size(), 1, 1, columns)));
  }
}
