package dev.clp.runtime.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.Parameters;
import dev.clp.runtime.engine.TorchProgram;
import dev.clp.runtime.model.TokenSequence;
import java.util.List;
import java.util.stream.Stream;

/** An encoder with its parameters. */
public final class Encoder {

  private final EncoderConfig config;
  private final TorchProgram program;
  private final List<NDArray> arrays;
  private final NDArray buckets;

  /**
   * Binds an encoder to its parameters.
   *
   * @param parameters arrays of the names and shapes that the configuration asks for, with or
   *     without those of a head; the manager of the first also owns the tables that this needs
   */
  public Encoder(EncoderConfig config, Parameters parameters) {
    this.config = config;
    this.program = config.program().load();
    this.arrays =
        Stream.concat(config.body().keySet().stream(), config.headNames().stream())
            .filter(name -> config.body().containsKey(name) || parameters.contains(name))
            .map(parameters::get)
            .toList();
    this.buckets = config.program().table(arrays.get(0).getManager());
  }

  /**
   * Returns the mean of the last hidden states of each sequence's tokens.
   *
   * @param manager owns the result
   * @param sequences none empty or longer than the encoder reads
   * @return [sequences, hidden size]
   */
  public NDArray embed(NDManager manager, List<TokenSequence> sequences) {
    return run(manager, "embed", sequences);
  }

  /** Returns the head's logits, [sequences, labels]. */
  NDArray classify(NDManager manager, List<TokenSequence> sequences) {
    return run(manager, "classify", sequences);
  }

  private NDArray run(NDManager manager, String method, List<TokenSequence> sequences) {
    long[] lengths = sequences.stream().mapToLong(TokenSequence::length).toArray();
    int time = sequences.stream().mapToInt(TokenSequence::length).max().orElseThrow();
    long[] tokens = new long[lengths.length * time];
    long[] types = new long[tokens.length];
    for (int row = 0; row < lengths.length; row++) {
      TokenSequence sequence = sequences.get(row);
      System.arraycopy(sequence.tokens(), 0, tokens, row * time, sequence.length());
      if (config.readsTypes()) {
        System.arraycopy(sequence.types(), 0, types, row * time, sequence.length());
      }
    }
    Shape shape = new Shape(lengths.length, time);
    return program
        .runDifferentiably(
            manager,
            method,
            List.of(),
            arrays,
            manager.create(tokens, shape),
            manager.create(types, shape),
            manager.create(lengths),
            buckets)
        .singletonOrThrow();
  }
}
