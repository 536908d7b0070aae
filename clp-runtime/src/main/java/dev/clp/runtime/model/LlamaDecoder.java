package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.clp.runtime.engine.TorchProgram;
import java.util.Arrays;

/**
 * Samples from fused weights with a cache whose columns are the longest prompt, then the response.
 *
 * <p>A prefix comes before all of them. A shorter prompt leaves a gap before the response; the mask
 * hides it, and the rotation counts each row's own positions.
 */
final class LlamaDecoder implements CausalModel.Decoder {

  private final NDManager manager;
  private final TorchProgram program;
  private final NDList fused;
  private final NDArray prefix;
  private final NDArray rotation;
  private final long[][] prompts;
  private final int longest;
  private final int capacity;
  private int column;
  private long[] positions;
  private NDList cache;
  private NDList mask;

  LlamaDecoder(
      NDManager manager,
      LlamaConfig config,
      TorchProgram program,
      NDList fused,
      NDArray prefix,
      NDArray rotation,
      long[][] prompts,
      int longest,
      int capacity) {
    this.manager = manager;
    this.program = program;
    this.fused = fused;
    this.prefix = prefix;
    this.rotation = rotation;
    this.prompts = prompts.clone();
    this.longest = longest;
    this.capacity = capacity;
    this.column = prefixTokens() + longest;
    this.positions =
        Arrays.stream(prompts).mapToLong(prompt -> prefixTokens() + prompt.length).toArray();
    this.cache = new NDList();
    Shape shape = new Shape(prompts.length, config.keyValueHeads(), capacity, config.headWidth());
    for (int i = 0; i < 2 * config.layers(); i++) {
      cache.add(manager.zeros(shape, DataType.FLOAT32));
    }
    this.mask = mask();
  }

  @Override
  public NDArray prefill() {
    long[] tokens = new long[prompts.length * longest];
    long[] last = new long[prompts.length];
    for (int row = 0; row < prompts.length; row++) {
      System.arraycopy(prompts[row], 0, tokens, row * longest, prompts[row].length);
      last[row] = prompts[row].length - 1L;
    }
    try (NDArray read = manager.create(tokens, new Shape(prompts.length, longest));
        NDArray ends = manager.create(last)) {
      return program
          .run(manager, "prefill", fused, cache, prefix, read, ends, rotation)
          .singletonOrThrow();
    }
  }

  @Override
  public NDArray step(NDArray tokens) {
    try (NDArray at = manager.create(positions)) {
      NDArray logits =
          program
              .run(manager, "step", fused, cache, tokens, at, mask, (long) column, rotation)
              .singletonOrThrow();
      column++;
      for (int row = 0; row < positions.length; row++) {
        positions[row]++;
      }
      return logits;
    }
  }

  @Override
  public void keep(int[] rows) {
    try (NDArray index = manager.create(Arrays.stream(rows).asLongStream().toArray())) {
      NDList kept = program.run(manager, "keep", cache, index);
      cache.close();
      cache = kept;
      if (!mask.isEmpty()) {
        NDList keptMask = program.run(manager, "keep", mask, index);
        mask.close();
        mask = keptMask;
      }
    }
    positions = Arrays.stream(rows).mapToLong(row -> positions[row]).toArray();
  }

  /** Returns what hides the gaps, [rows, 1, 1, capacity], or nothing if there are none. */
  private NDList mask() {
    boolean gaps = Arrays.stream(prompts).anyMatch(prompt -> prompt.length < longest);
    if (!gaps) {
      return new NDList();
    }
    float[] hidden = new float[prompts.length * capacity];
    for (int row = 0; row < prompts.length; row++) {
      Arrays.fill(
          hidden,
          row * capacity + prefixTokens() + prompts[row].length,
          row * capacity + prefixTokens() + longest,
          Float.NEGATIVE_INFINITY);
    }
    return new NDList(manager.create(hidden, new Shape(prompts.length, 1, 1, capacity)));
  }

  private int prefixTokens() {
    return (int) prefix.size(0);
  }
}
