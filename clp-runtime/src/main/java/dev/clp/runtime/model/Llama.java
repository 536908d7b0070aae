package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.ParameterGroup;
import dev.clp.api.Parameters;
import dev.clp.runtime.engine.TorchProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The Llama family (Touvron et al., 2023): pre-normalised blocks, rotary positions, grouped-query
 * attention, gated feed-forward layers.
 */
public final class Llama implements CausalModel, Backbone {

  static final String EMBEDDING = "model.embed_tokens.weight";
  static final String NORM = "model.norm.weight";
  static final String OUTPUT = "lm_head.weight";

  private static final List<String> LAYER =
      List.of(
          "input_layernorm.weight",
          "self_attn.q_proj.weight",
          "self_attn.k_proj.weight",
          "self_attn.v_proj.weight",
          "self_attn.o_proj.weight",
          "post_attention_layernorm.weight",
          "mlp.gate_proj.weight",
          "mlp.up_proj.weight",
          "mlp.down_proj.weight");

  private final LlamaConfig config;
  private final TorchProgram program;
  private final NDArray rotation;
  private final BoundParameters bound;
  private final NDArray prefix;

  /**
   * Binds an architecture to its parameters.
   *
   * @param parameters arrays of exactly the names and shapes that the configuration asks for; the
   *     manager of the first also owns the tables that this model needs
   */
  public Llama(LlamaConfig config, Parameters parameters) {
    this(
        config,
        TorchProgram.load(
            Llama.class,
            "llama.py",
            "Llama",
            Map.of(
                "HEADS", Integer.toString(config.heads()),
                "KEY_VALUE_HEADS", Integer.toString(config.keyValueHeads()),
                "HEAD_DIM", Integer.toString(config.headWidth()),
                "EPSILON", Double.toString(config.epsilon()))),
        rotation(config, parameters.get(EMBEDDING).getManager()),
        new BoundParameters(config, parameters),
        parameters.get(EMBEDDING).getManager().zeros(new Shape(0, config.hiddenSize())));
  }

  private Llama(
      LlamaConfig config,
      TorchProgram program,
      NDArray rotation,
      BoundParameters bound,
      NDArray prefix) {
    this.config = config;
    this.program = program;
    this.rotation = rotation;
    this.bound = bound;
    this.prefix = prefix;
  }

  /** Returns the shape of this model. */
  public LlamaConfig config() {
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
  public Llama bind(Map<String, NDArray> replacements) {
    return new Llama(config, program, rotation, bound.with(replacements), prefix);
  }

  @Override
  public Llama prefixed(NDArray replacement) {
    Shape shape = replacement.getShape();
    if (shape.dimension() != 2 || shape.get(1) != config.hiddenSize()) {
      throw new IllegalArgumentException(
          "a prefix has the shape (tokens, " + config.hiddenSize() + "), but was given " + shape);
    }
    return new Llama(config, program, rotation, bound, replacement);
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
    return new LlamaDecoder(
        manager, config, program, program.run(manager, "fuse", arrays()), prefix, rotation);
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

  @Override
  public NDArray logProbabilities(NDManager manager, TokenBatch batch) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray result =
          program
              .run(
                  scope,
                  "log_probabilities",
                  program.run(scope, "fuse", arrays()),
                  prefix,
                  inputs(scope, batch),
                  batch.index(scope),
                  batch.targets(scope),
                  rotation)
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
            rotation)
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
            rotation);
    return new Surrogate(results.get(0), results.get(1));
  }

  @Override
  public NDArray classify(NDManager manager, List<long[]> sequences, long[] last, NDArray head) {
    int time = sequences.stream().mapToInt(sequence -> sequence.length).max().orElse(0);
    long[] tokens = new long[sequences.size() * time];
    for (int row = 0; row < sequences.size(); row++) {
      System.arraycopy(sequences.get(row), 0, tokens, row * time, sequences.get(row).length);
    }
    return program
        .runDifferentiably(
            manager,
            "classify",
            List.of(),
            arrays(head),
            manager.create(tokens, new Shape(sequences.size(), time)),
            manager.create(last),
            rotation)
        .singletonOrThrow();
  }

  private List<NDArray> arrays() {
    return arrays(parameter(OUTPUT));
  }

  /** Returns the arrays in the order that the program expects. */
  private List<NDArray> arrays(NDArray output) {
    List<NDArray> arrays = new ArrayList<>();
    arrays.add(parameter(EMBEDDING));
    arrays.add(parameter(NORM));
    arrays.add(output);
    for (int layer = 0; layer < config.layers(); layer++) {
      for (String name : LAYER) {
        arrays.add(parameter("model.layers." + layer + "." + name));
      }
    }
    return arrays;
  }

  /** Returns cosines and sines, [positions, head width / 2, 2]. */
  private static NDArray rotation(LlamaConfig config, NDManager manager) {
    int pairs = config.headWidth() / 2;
    float[] table = new float[config.maxPositions() * pairs * 2];
    for (int position = 0; position < config.maxPositions(); position++) {
      for (int pair = 0; pair < pairs; pair++) {
        double angle = position / Math.pow(config.ropeTheta(), 2.0 * pair / config.headWidth());
        int at = (position * pairs + pair) * 2;
        table[at] = (float) Math.cos(angle);
        table[at + 1] = (float) Math.sin(angle);
      }
    }
    return manager.create(table, new Shape(config.maxPositions(), pairs, 2));
  }
}
