package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.ParameterGroup;
import dev.clp.api.Parameters;
import dev.clp.runtime.engine.TorchProgram;
import dev.clp.runtime.error.UserException;
import java.util.ArrayList;
import java.util.Arrays;
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
  public Decoder decoder(NDManager manager, long[][] prompts, int responseTokens) {
    int longest = Arrays.stream(prompts).mapToInt(prompt -> prompt.length).max().orElse(0);
    checkPositions(prefixTokens() + longest, responseTokens);
    return new LlamaDecoder(manager, prompts, longest, prefixTokens() + longest + responseTokens);
  }

  private int prefixTokens() {
    return (int) prefix.size(0);
  }

  private void checkPositions(int read, int responseTokens) {
    if (read + responseTokens > maxPositions()) {
      throw new UserException(
          "a prompt of "
              + read
              + " tokens, a policy's own ones included, and a response of "
              + responseTokens
              + " exceed the model's "
              + maxPositions()
              + " positions; shorten the prompts, what the policy adds to them, or"
              + " rollout.max-new-tokens");
    }
  }

  /** Returns what the model reads, if it is not too long: the last token needs no position. */
  private NDArray inputs(NDManager manager, TokenBatch batch) {
    checkPositions(prefixTokens() + batch.width(), 1);
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

  /**
   * Samples from fused weights with a cache whose columns are the longest prompt, then the
   * response.
   *
   * <p>A prefix comes before all of them. A shorter prompt leaves a gap before the response; the
   * mask hides it, and the rotation counts each row's own positions.
   */
  private final class LlamaDecoder implements Decoder {

    private final NDManager manager;
    private final NDList fused;
    private final long[][] prompts;
    private final int longest;
    private final int capacity;
    private int column;
    private long[] positions;
    private NDList cache;
    private NDList mask;

    LlamaDecoder(NDManager manager, long[][] prompts, int longest, int capacity) {
      this.manager = manager;
      this.prompts = prompts.clone();
      this.longest = longest;
      this.capacity = capacity;
      this.fused = program.run(manager, "fuse", arrays());
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
  }
}
