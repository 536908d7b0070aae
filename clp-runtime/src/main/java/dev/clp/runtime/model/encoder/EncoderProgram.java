package dev.clp.runtime.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.runtime.engine.TorchProgram;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A TorchScript program with what {@code config.json} fills in.
 *
 * @param resource the text, beside this class
 * @param constants its upper-case words and what replaces them
 * @param buckets the row, in a table of relative positions, of every distance from {@code 1 -
 *     positions} to {@code positions - 1}; empty if there is no such table
 */
record EncoderProgram(String resource, Map<String, String> constants, List<Integer> buckets) {

  EncoderProgram {
    constants = Map.copyOf(constants);
    buckets = List.copyOf(buckets);
  }

  TorchProgram load() {
    return TorchProgram.load(EncoderProgram.class, resource, "Encoder", constants);
  }

  /** Returns the buckets as the program takes them. */
  NDArray table(NDManager manager) {
    return manager.create(IntStream.range(0, buckets.size()).mapToLong(buckets::get).toArray());
  }

  /** Returns a truth value as the programs write it. */
  static String flag(boolean value) {
    return value ? "True" : "False";
  }
}
