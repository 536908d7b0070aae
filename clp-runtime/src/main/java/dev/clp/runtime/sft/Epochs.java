package dev.clp.runtime.sft;

import dev.clp.runtime.rollout.RandomStreams;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Which examples make the batch of a step: every pass takes every example once, in an order of its
 * own.
 *
 * <p>It remembers the order of the pass that was asked for last; batches depend on seed and step
 * alone.
 */
public final class Epochs {

  private final List<Integer> examples;
  private final IntUnaryOperator length;
  private final int size;
  private final long seed;
  private int pass = -1;
  private List<List<Integer>> batches = List.of();

  /**
   * Orders examples that are known by their index.
   *
   * @param count the number of examples
   * @param length the length of the example of an index; those of a batch are similarly long
   * @param size the number of examples of a batch; the last of a pass may be smaller
   * @param seed what the order derives from
   */
  public Epochs(int count, IntUnaryOperator length, int size, long seed) {
    this.examples = IntStream.range(0, count).boxed().toList();
    this.length = length;
    this.size = size;
    this.seed = seed;
  }

  /** Returns how many batches make a pass. */
  public int batches() {
    return Batches.count(examples.size(), size);
  }

  /**
   * Returns the indices of the examples of a step.
   *
   * @param step counted from 1
   */
  public List<Integer> ofStep(int step) {
    int wanted = (step - 1) / batches();
    if (wanted != pass) {
      batches =
          Batches.shuffled(
              examples, length::applyAsInt, size, RandomStreams.derive(seed, "order", wanted));
      pass = wanted;
    }
    return batches.get((step - 1) % batches());
  }
}
