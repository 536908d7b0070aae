package dev.clp.runtime.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Cosines and sines of rotary positions, [kinds, rows, positions, width / 2, 2].
 *
 * <p>Where a sequence's length changes its wavelengths, every row has a table of its own length, so
 * that a response does not depend on who shares its batch. (transformers takes the longest row's
 * length for all.) Otherwise all rows share one table, which grows when a longer sequence comes.
 */
final class RotaryTables {

  private static final int FIRST_POSITIONS = 1024;

  private final NDManager manager;
  private final DecoderConfig.Positions positions;
  private final int maxPositions;
  private NDArray shared;

  /**
   * Begins with a table of the first positions, which covers all of a small model's.
   *
   * @param manager owns what rows share
   */
  RotaryTables(NDManager manager, DecoderConfig config) {
    this.manager = manager;
    this.positions = config.positions();
    this.maxPositions = config.maxPositions();
    this.shared = begun(FIRST_POSITIONS);
  }

  /**
   * Returns a table of at least the first positions.
   *
   * @param scope owns it if rows do not share it
   * @param lengths every row's tokens
   * @param count the number of positions
   */
  NDArray first(NDManager scope, int[] lengths, int count) {
    if (!positions.dependsOnLength()) {
      return shared(count);
    }
    return table(scope, lengths, new long[lengths.length], count);
  }

  /**
   * Returns what reads one token of every row.
   *
   * @param scope owns it if rows do not share it
   * @param at every row's position, the last of its tokens so far
   * @return the shared table up to these positions, or what belongs to them alone
   */
  NDArray last(NDManager scope, long[] at) {
    if (!positions.dependsOnLength()) {
      return shared((int) Arrays.stream(at).max().orElse(0) + 1);
    }
    int[] lengths = Arrays.stream(at).mapToInt(position -> (int) position + 1).toArray();
    return table(scope, lengths, at, 1);
  }

  private synchronized NDArray shared(int count) {
    if (positions.width() > 0 && shared.size(2) < count) {
      // The smaller table stays open: another thread may be reading it.
      shared = begun(2 * count);
    }
    return shared;
  }

  private NDArray begun(int count) {
    return table(manager, new int[] {1}, new long[1], Math.min(maxPositions, count));
  }

  private NDArray table(NDManager owner, int[] lengths, long[] first, int count) {
    int pairs = positions.width() / 2;
    int kinds = positions.kinds().size();
    float[] table = new float[kinds * lengths.length * count * pairs * 2];
    int at = 0;
    for (Rotary kind : positions.kinds()) {
      for (int row = 0; row < lengths.length; row++) {
        List<Double> wavelengths = kind.wavelengths(lengths[row]);
        for (int position = 0; position < count; position++) {
          for (double wavelength : wavelengths) {
            double angle = (first[row] + position) / wavelength;
            table[at++] = (float) (kind.magnitude() * Math.cos(angle));
            table[at++] = (float) (kind.magnitude() * Math.sin(angle));
          }
        }
      }
    }
    return owner.create(table, new Shape(kinds, lengths.length, count, pairs, 2));
  }
}
