package dev.clp.runtime.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.ParameterGroup;
import dev.clp.api.Parameters;
import dev.clp.api.PolicyTerm;
import dev.clp.runtime.engine.TorchProgram;
import dev.clp.runtime.model.Backbone;
import dev.clp.runtime.model.BoundParameters;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.TokenBatch;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A decoder of any of the families that a {@link DecoderConfig} can state. */
public final class DecoderModel implements CausalModel, Backbone {

  private final DecoderConfig config;
  private final TorchProgram program;
  private final List<String> order;
  private final RotaryTables rotary;
  private final BoundParameters bound;
  private final NDArray prefix;

  /**
   * Binds an architecture to its parameters.
   *
   * @param parameters arrays of exactly the names and shapes that the configuration asks for; the
   *     manager of the first also owns the tables that this model needs
   */
  public DecoderModel(DecoderConfig config, Parameters parameters) {
    this(config, parameters, parameters.get(config.embedding()).getManager());
  }

  private DecoderModel(DecoderConfig config, Parameters parameters, NDManager manager) {
    this(
        config,
        DecoderProgram.load(config),
        DecoderProgram.parameters(config),
        new RotaryTables(manager, config),
        new BoundParameters(config, parameters),
        manager.zeros(new Shape(0, config.hiddenSize())));
  }

  private DecoderModel(
      DecoderConfig config,
      TorchProgram program,
      List<String> order,
      RotaryTables rotary,
      BoundParameters bound,
      NDArray prefix) {
    this.config = config;
    this.program = program;
    this.order = order;
    this.rotary = rotary;
    this.bound = bound;
    this.prefix = prefix;
  }

  /** Returns the shape of this model. */
  public DecoderConfig config() {
    return config;
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
    return config.names(group);
  }

  @Override
  public DecoderModel bind(Map<String, NDArray> replacements) {
    return new DecoderModel(config, program, order, rotary, bound.with(replacements), prefix);
  }

  @Override
  public DecoderModel prefixed(NDArray replacement) {
    Shape shape = replacement.getShape();
    if (shape.dimension() != 2 || shape.get(1) != config.hiddenSize()) {
      throw new IllegalArgumentException(
          "a prefix has the shape (tokens, " + config.hiddenSize() + "), but was given " + shape);
    }
    return new DecoderModel(config, program, order, rotary, bound, replacement);
  }

  @Override
  public int vocabulary() {
    return config.vocabulary();
  }

  @Override
  public int maxPositions() {
    return config.maxPositions();
  }

  @Override
  public Decoder decoder(NDManager manager) {
    return new CachedDecoder(
        manager,
        config,
        program,
        RowWeights.same(manager, config, program, fused(manager), prefix),
        rotary);
  }

  @Override
  public boolean decodesTogether(PolicyTerm term) {
    // Rows whose length matters are read anew, which is written for rows that share everything.
    return prefix.size(0) == 0
        && !config.positions().dependsOnLength()
        && RowSums.areDecodable(config, term.sums());
  }

  @Override
  public Decoder decoder(NDManager manager, PolicyTerm term) {
    DecoderModel base = bind(new RowSums(config, term.sums()).bases());
    return new CachedDecoder(
        manager,
        config,
        program,
        RowWeights.of(manager, config, program, base.fused(manager), base.arrays(), term),
        rotary);
  }

  @Override
  public void checkPositions(int promptTokens, int responseTokens) {
    CausalModel.super.checkPositions((int) prefix.size(0) + promptTokens, responseTokens);
  }

  /** Returns what the model reads, if it is not too long: the last token needs no position. */
  private NDArray inputs(NDManager manager, TokenBatch batch) {
    checkPositions(batch.width(), 1);
    return batch.inputs(manager);
  }

  /** Returns the rotation of the positions that a batch is read at. */
  private NDArray rotation(NDManager manager, TokenBatch batch) {
    return rotation(manager, batch.lengths(), batch.width());
  }

  private NDArray rotation(NDManager manager, int[] lengths, int width) {
    int before = (int) prefix.size(0);
    int[] whole = Arrays.stream(lengths).map(length -> before + length).toArray();
    return rotary.first(manager, whole, before + width);
  }

  private NDList fused(NDManager manager) {
    return program.run(manager, "fuse", arrays(), true);
  }

  @Override
  public NDArray logProbabilities(NDManager manager, TokenBatch batch) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray result =
          program
              .run(
                  scope,
                  "log_probabilities",
                  fused(scope),
                  prefix,
                  inputs(scope, batch),
                  batch.index(scope),
                  batch.targets(scope),
                  rotation(scope, batch))
              .singletonOrThrow();
      result.attach(manager);
      return result;
    }
  }

  @Override
  public NDArray logits(NDManager manager, TokenBatch batch) {
    return program
        .runDifferentiably(
            manager,
            "logits",
            List.of(),
            arrays(),
            prefix,
            inputs(manager, batch),
            batch.index(manager),
            rotation(manager, batch))
        .singletonOrThrow();
  }

  @Override
  public Surrogate surrogate(NDManager manager, TokenBatch batch, NDArray coefficients) {
    NDList results =
        program.runDifferentiably(
            manager,
            "surrogate",
            List.of(),
            arrays(),
            prefix,
            inputs(manager, batch),
            batch.index(manager),
            batch.targets(manager),
            coefficients,
            rotation(manager, batch));
    return new Surrogate(results.get(0), results.get(1));
  }

  @Override
  public NDArray classify(NDManager manager, List<long[]> sequences, long[] last, NDArray head) {
    int[] lengths = sequences.stream().mapToInt(sequence -> sequence.length).toArray();
    int time = Arrays.stream(lengths).max().orElse(0);
    long[] tokens = new long[sequences.size() * time];
    for (int row = 0; row < sequences.size(); row++) {
      System.arraycopy(sequences.get(row), 0, tokens, row * time, lengths[row]);
    }
    return program
        .runDifferentiably(
            manager,
            "classify",
            List.of(),
            arrays(head),
            prefix,
            manager.create(tokens, new Shape(sequences.size(), time)),
            manager.create(last),
            rotation(manager, lengths, time))
        .singletonOrThrow();
  }

  private List<NDArray> arrays() {
    return order.stream().map(this::parameter).toList();
  }

  /** Returns the arrays with a classifier's head in place of the output layer. */
  private List<NDArray> arrays(NDArray head) {
    return order.stream()
        .map(name -> name.equals(config.outputLayer()) ? head : parameter(name))
        .toList();
  }
}
