package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Token sequences of which a tail is scored: prompts with their responses.
 *
 * <p>The arrays pad sequences at the right, where causal attention never looks. Sequences that
 * differ in their last token alone are read once, for the model reads all but the last.
 *
 * @param sequences one per row; prompt and response together
 * @param scored per row, how many tokens at the end are scored; less than the sequence's length
 */
public record TokenBatch(List<long[]> sequences, List<Integer> scored) {

  public TokenBatch {
    sequences = List.copyOf(sequences);
    scored = List.copyOf(scored);
    for (int row = 0; row < sequences.size(); row++) {
      if (scored.get(row) >= sequences.get(row).length) {
        throw new IllegalArgumentException(
            "the first token of a sequence has no prediction to score; begin it with a prompt or a"
                + " beginning-of-sequence token");
      }
    }
  }

  /** Returns the number of scored tokens in all rows. */
  public int scoredTokens() {
    return scored.stream().mapToInt(Integer::intValue).sum();
  }

  /** Returns the number of tokens that the model reads in each row, padding included. */
  public int width() {
    return sequences.stream().mapToInt(sequence -> sequence.length - 1).max().orElse(0);
  }

  /** Returns the tokens that the model reads: [distinct rows, width], all but each row's last. */
  public NDArray inputs(NDManager manager) {
    int width = width();
    Set<LongBuffer> read = distinct().keySet();
    LongBuffer flat = LongBuffer.allocate(read.size() * width);
    int row = 0;
    for (LongBuffer tokens : read) {
      flat.position(row++ * width).put(tokens.duplicate());
    }
    return manager.create(flat.array(), new Shape(read.size(), width));
  }

  /** Returns where the scored tokens are predicted: [scored tokens] into the flattened inputs. */
  public NDArray index(NDManager manager) {
    int width = width();
    Map<LongBuffer, Integer> rows = distinct();
    long[] index = new long[scoredTokens()];
    int at = 0;
    for (int row = 0; row < sequences.size(); row++) {
      int last = sequences.get(row).length - 1;
      long start = (long) rows.get(read(row)) * width;
      for (int i = last - scored.get(row); i < last; i++) {
        index[at++] = start + i;
      }
    }
    return manager.create(index);
  }

  /** Returns the number of tokens of each distinct row, the last one included. */
  public int[] lengths() {
    return distinct().keySet().stream().mapToInt(read -> read.remaining() + 1).toArray();
  }

  /** Returns the distinct rows that the model reads, in order, each with its number. */
  private Map<LongBuffer, Integer> distinct() {
    Map<LongBuffer, Integer> rows = new LinkedHashMap<>();
    for (int row = 0; row < sequences.size(); row++) {
      rows.putIfAbsent(read(row), rows.size());
    }
    return rows;
  }

  private LongBuffer read(int row) {
    return LongBuffer.wrap(sequences.get(row), 0, sequences.get(row).length - 1);
  }

  /** Returns the scored tokens: [scored tokens]. */
  public NDArray targets(NDManager manager) {
    long[] targets = new long[scoredTokens()];
    int at = 0;
    for (int row = 0; row < sequences.size(); row++) {
      long[] sequence = sequences.get(row);
      for (int i = sequence.length - scored.get(row); i < sequence.length; i++) {
        targets[at++] = sequence[i];
      }
    }
    return manager.create(targets);
  }
}
