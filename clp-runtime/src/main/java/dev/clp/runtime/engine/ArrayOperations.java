package dev.clp.runtime.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Operations on arrays that NDArray lacks or does slowly. */
public final class ArrayOperations {

  private static final TorchProgram PROGRAM =
      TorchProgram.load(ArrayOperations.class, "arrays.py", "Arrays", Map.of());

  private ArrayOperations() {}

  /**
   * Draws one token per row by inverting the cumulative distribution.
   *
   * @param logits [rows, vocabulary]
   * @param uniform [rows] in [0, 1)
   * @param temperature above 0, or 0 for the most probable token
   * @param topK the number of most probable tokens to keep, ties kept too; 0 keeps all
   * @param topP the probability mass to keep, in (0, 1]; 1 keeps all
   * @param minP keeps tokens of at least this share of the most probable one's probability, in [0,
   *     1]; 0 keeps all
   * @param tokens of larger vocabularies, the number of tokens that may be drawn, from the first on
   * @param shift what is added to the logits before tokens are drawn, [rows, vocabulary]
   * @return tokens [rows]; their log-probabilities [rows] under the untruncated distribution at
   *     temperature 1 without the shift, not finite where a row's logits are not; and those under
   *     the distribution that they were drawn from, renormalised over the kept tokens, 0 at
   *     temperature 0
   */
  public static NDList sample(
      NDManager manager,
      NDArray logits,
      NDArray uniform,
      double temperature,
      long topK,
      double topP,
      double minP,
      long tokens,
      Optional<NDArray> shift) {
    return PROGRAM.run(
        manager,
        "sample",
        logits,
        uniform,
        temperature,
        topK,
        topP,
        minP,
        tokens,
        shift.stream().toList());
  }

  /**
   * Returns the most probable tokens of each row.
   *
   * @param logits [rows, vocabulary]
   * @param count how many; the whole vocabulary if it has fewer
   * @param tokens of larger vocabularies, the number of tokens to choose from, from the first on
   * @return tokens [rows, count], the most probable first, and their log-probabilities at
   *     temperature 1 over the whole vocabulary
   */
  public static NDList likeliest(NDManager manager, NDArray logits, long count, long tokens) {
    return PROGRAM.run(manager, "likeliest", logits, count, tokens);
  }

  /**
   * Returns the gradient of a scalar for every leaf, zeros where it does not depend on it.
   *
   * @param loss a scalar computed with gradients on; its graph is consumed
   * @param leaves arrays that require a gradient
   */
  public static NDList gradients(NDManager manager, NDArray loss, List<NDArray> leaves) {
    return PROGRAM.runDifferentiably(manager, "gradients", List.of(loss), leaves);
  }

  /** Adds each term to the total at its place; the totals change. */
  public static void accumulate(NDManager manager, List<NDArray> totals, List<NDArray> terms) {
    PROGRAM.run(manager, "accumulate", totals, terms).close();
  }

  /**
   * Maps a file and copies a run of its numbers as 32-bit floats; the file is unmapped at once, so
   * that what was read of it stops counting as memory of this process.
   *
   * @param begin the first byte, of any alignment
   * @param end the byte behind the last one, greater than {@code begin}
   * @param type how the numbers are stored
   * @return [numbers]
   * @throws RuntimeException of the engine if the file cannot be opened
   */
  public static NDArray read(NDManager manager, Path file, long begin, long end, StoredType type) {
    NDList read =
        PROGRAM.run(manager, "read", file.toString(), begin, end, type.number, type.bytes);
    try (NDArray inference = read.singletonOrThrow()) {
      // A copy outlives the mapping, and can have gradients; what a program returns without them
      // never can.
      return inference.duplicate();
    }
  }

  /** How floating-point numbers are stored in files. */
  public enum StoredType {
    FLOAT16(5, 2),
    FLOAT32(6, 4),
    FLOAT64(7, 8),
    BFLOAT16(15, 2);

    /** The number of libtorch's {@code ScalarType}. */
    private final long number;

    private final long bytes;

    StoredType(long number, long bytes) {
      this.number = number;
      this.bytes = bytes;
    }
  }

  /**
   * Takes one AdamW step (Loshchilov and Hutter, 2019) after clipping by the global norm; the
   * parameters, moments and gradients change in place.
   *
   * @param step the number of this step, a scalar, from 1
   * @param clip the largest global norm, or 0 for no clipping
   * @return the global norm before clipping
   */
  public static float adamw(
      NDManager manager,
      List<NDArray> parameters,
      List<NDArray> gradients,
      List<NDArray> first,
      List<NDArray> second,
      long step,
      double rate,
      double beta1,
      double beta2,
      double decay,
      double epsilon,
      double clip) {
    try (NDArray count = manager.create((float) step);
        NDList norm =
            PROGRAM.run(
                manager,
                "adamw",
                parameters,
                gradients,
                first,
                second,
                count,
                rate,
                beta1,
                beta2,
                decay,
                epsilon,
                clip)) {
      return norm.singletonOrThrow().getFloat();
    }
  }
}
