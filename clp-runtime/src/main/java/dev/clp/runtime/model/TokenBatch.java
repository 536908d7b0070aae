package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * Token sequences of which a tail is scored: prompts with their responses.
 *
 * <p>The arrays pad sequences at the right, where causal attention never looks.
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

  /** Returns the tokens that the model reads: [rows, width], all but each row's last. */
  NDArray inputs(NDManager manager) {
    int width = width();
    long[] flat = new long[sequences.size() * width];
    for (int row = 0; row < sequences.size(); row++) {
      long[] sequence = sequences.get(row);
      System.arraycopy(sequence, 0, flat, row * width, sequence.length - 1);
    }
    return manager.create(flat, new Shape(sequences.size(), width));
  }

  /** Returns where the scored tokens are predicted: [scored tokens] into the flattened inputs. */
  NDArray index(NDManager manager) {
    int width = width();
    long[] index = new long[scoredTokens()];
    int at = 0;
    for (int row = 0; row < sequences.size(); row++) {
      int last = sequences.get(row).length - 1;
      for (int i = last - scored.get(row); i < last; i++) {
        index[at++] = (long) row * width + i;
      }
    }
    return manager.create(index);
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
