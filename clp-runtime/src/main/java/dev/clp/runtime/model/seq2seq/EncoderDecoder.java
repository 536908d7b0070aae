package dev.clp.runtime.model.seq2seq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.ParameterGroup;
import dev.clp.api.Parameters;
import dev.clp.runtime.engine.TorchProgram;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.BoundParameters;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * A T5 or a BART as a policy. A sequence's scored tail is the response; what precedes it is the
 * prompt, with soft tokens in front of it if there are any.
 */
public final class EncoderDecoder implements CausalModel {

  private final Seq2SeqArchitecture architecture;
  private final TorchProgram program;
  private final BoundParameters bound;
  private final NDArray none;
  private final NDArray prefix;

  /**
   * Binds an architecture to its parameters.
   *
   * @param parameters arrays of exactly the names and shapes that the architecture asks for; the
   *     manager of the embedding also owns what this model needs beside them
   */
  EncoderDecoder(Seq2SeqArchitecture architecture, Parameters parameters) {
    this(
        architecture,
        TorchProgram.load(
            EncoderDecoder.class, "seq2seq.py", "EncoderDecoder", architecture.constants()),
        new BoundParameters(architecture, parameters),
        parameters.get(architecture.embedding()).getManager().zeros(new Shape(0)),
        parameters
            .get(architecture.embedding())
            .getManager()
            .zeros(new Shape(0, architecture.hiddenSize())));
  }

  private EncoderDecoder(
      Seq2SeqArchitecture architecture,
      TorchProgram program,
      BoundParameters bound,
      NDArray none,
      NDArray prefix) {
    this.architecture = architecture;
    this.program = program;
    this.bound = bound;
    this.none = none;
    this.prefix = prefix;
  }

  @Override
  public Parameters parameters() {
    return bound.stored();
  }

  @Override
  public NDArray parameter(String name) {
    return bound.get(name);
  }

  @Override
  public Set<String> names(ParameterGroup group) {
    return architecture.names(group);
  }

  @Override
  public EncoderDecoder bind(Map<String, NDArray> replacements) {
    return new EncoderDecoder(architecture, program, bound.with(replacements), none, prefix);
  }

  @Override
  public EncoderDecoder prefixed(NDArray replacement) {
    Shape shape = replacement.getShape();
    if (shape.dimension() != 2 || shape.get(1) != architecture.hiddenSize()) {
      throw new IllegalArgumentException(
          "a prefix has the shape (tokens, "
              + architecture.hiddenSize()
              + "), but was given "
              + shape);
    }
    return new EncoderDecoder(architecture, program, bound, none, replacement);
  }

  @Override
  public int vocabulary() {
    return architecture.vocabulary();
  }

  /** Returns the longest prompt, its prefix included, and the longest response, in tokens. */
  @Override
  public int maxPositions() {
    return architecture.maxPositions();
  }

  @Override
  public void checkPositions(int promptTokens, int responseTokens) {
    check("a prompt", (int) prefix.size(0) + promptTokens, "encoder", "the prompts");
    check("a response", responseTokens, "decoder", "rollout.max-new-tokens");
  }

  private void check(String what, int tokens, String stack, String remedy) {
    if (tokens > maxPositions()) {
      throw new UserException(
          what
              + " of "
              + tokens
              + " tokens, a policy's own ones included, exceeds the "
              + maxPositions()
              + " positions of the model's "
              + stack
              + "; shorten "
              + remedy
              + " ("
              + architecture.remedyForLength()
              + ")");
    }
  }

  @Override
  public Decoder decoder(NDManager manager) {
    return new EncoderDecoderDecoder(
        manager, architecture, program, program.run(manager, "fuse", arrays()), prefix);
  }

  @Override
  public NDArray logProbabilities(NDManager manager, TokenBatch batch) {
    try (NDManager scope = manager.newSubManager()) {
      PromptsAndResponses read = read(batch);
      NDArray result =
          program
              .run(
                  scope,
                  "log_probabilities",
                  program.run(scope, "fuse", arrays()),
                  prefix,
                  read.tokens(scope),
                  read.lengths(scope),
                  read.owners(scope),
                  read.inputs(scope, architecture.startToken()),
                  read.index(scope),
                  batch.targets(scope))
              .singletonOrThrow();
      result.attach(manager);
      return result;
    }
  }

  @Override
  public NDArray logits(NDManager manager, TokenBatch batch) {
    PromptsAndResponses read = read(batch);
    return program
        .runDifferentiably(
            manager,
            "logits",
            List.of(),
            arrays(),
            prefix,
            read.tokens(manager),
            read.lengths(manager),
            read.owners(manager),
            read.inputs(manager, architecture.startToken()),
            read.index(manager))
        .singletonOrThrow();
  }

  @Override
  public Surrogate surrogate(NDManager manager, TokenBatch batch, NDArray coefficients) {
    PromptsAndResponses read = read(batch);
    NDList results =
        program.runDifferentiably(
            manager,
            "surrogate",
            List.of(),
            arrays(),
            prefix,
            read.tokens(manager),
            read.lengths(manager),
            read.owners(manager),
            read.inputs(manager, architecture.startToken()),
            read.index(manager),
            batch.targets(manager),
            coefficients);
    return new Surrogate(results.get(0), results.get(1));
  }

  /**
   * Returns the decoder's states where both stacks read the same sequences.
   *
   * @param at the place in each sequence, counted from 0: the state behind the start token and the
   *     tokens before this place
   * @return [sequences, hidden size]
   */
  NDArray states(NDManager manager, List<long[]> sequences, int[] at) {
    List<long[]> twice = new ArrayList<>();
    List<Integer> scored = new ArrayList<>();
    for (int row = 0; row < at.length; row++) {
      LongStream read = Arrays.stream(sequences.get(row));
      twice.add(
          LongStream.concat(read, Arrays.stream(sequences.get(row), 0, at[row] + 1)).toArray());
      scored.add(at[row] + 1);
    }
    PromptsAndResponses read = read(new TokenBatch(twice, scored));
    return program
        .runDifferentiably(
            manager,
            "states",
            List.of(),
            arrays(),
            prefix,
            read.tokens(manager),
            read.lengths(manager),
            read.owners(manager),
            read.inputs(manager, architecture.startToken()),
            read.lasts(manager))
        .singletonOrThrow();
  }

  /** Returns what the stacks read of a batch, if it is not too long. */
  private PromptsAndResponses read(TokenBatch batch) {
    PromptsAndResponses read = new PromptsAndResponses(batch);
    checkPositions(read.longestPrompt(), read.longestResponse());
    return read;
  }

  /** Returns the arrays in the order that the program expects. */
  private List<NDArray> arrays() {
    return architecture.order().stream()
        .map(name -> name.equals(Seq2SeqArchitecture.NONE) ? none : bound.get(name))
        .toList();
  }
}
