package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.clp.runtime.engine.TorchProgram;
import java.util.Arrays;
import java.util.Map;

/**
 * What decoders do with the arrays that they keep between tokens, whatever their model: rows come
 * and go, and columns move. A cache's arrays are [rows, heads, columns, size], keys and values of
 * every layer.
 */
public final class Caches {

  private static final TorchProgram PROGRAM =
      TorchProgram.load(Caches.class, "caches.py", "Caches", Map.of());

  private Caches() {}

  /**
   * Returns a cache of other size with some columns of another, which is closed.
   *
   * @param manager owns it
   * @param rows at least as many as there are
   * @param capacity the number of columns
   * @param first the first column that is copied
   * @param columns how many are copied
   * @param to the column that the first of them becomes
   */
  public static NDList move(
      NDManager manager, NDList cache, int rows, int capacity, int first, int columns, int to) {
    NDList moved =
        PROGRAM.run(
            manager,
            "move",
            cache,
            (long) rows,
            (long) capacity,
            (long) first,
            (long) columns,
            (long) to);
    cache.close();
    return moved;
  }

  /**
   * Writes the cache of new rows over rows of another.
   *
   * @param added as many rows as {@code rows}
   * @param to the column of the first of its columns
   */
  public static void place(NDManager manager, NDList cache, NDList added, int[] rows, int to) {
    try (NDArray index = index(manager, rows)) {
      PROGRAM.run(manager, "place", cache, added, index, (long) to).close();
    }
  }

  /**
   * Returns some rows of arrays whose first axis is rows; the arrays are closed.
   *
   * @param manager owns them
   * @param arrays may be none
   */
  public static NDList keep(NDManager manager, NDList arrays, int[] rows) {
    if (arrays.isEmpty()) {
      return arrays;
    }
    try (NDArray index = index(manager, rows)) {
      NDList kept = PROGRAM.run(manager, "keep", arrays, index);
      arrays.close();
      return kept;
    }
  }

  /** Returns numbers of rows as an array. */
  public static NDArray index(NDManager manager, int[] rows) {
    return manager.create(Arrays.stream(rows).asLongStream().toArray());
  }
}
