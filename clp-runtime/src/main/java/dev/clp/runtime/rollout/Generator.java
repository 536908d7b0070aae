package dev.clp.runtime.rollout;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.clp.api.Policy;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.TextTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Samples responses with a key-value cache, many at a time. */
public final class Generator {

  private final PromptReader prompts;
  private final Function<long[], String> decode;
  private final Set<Long> ends;

  /**
   * Creates a generator.
   *
   * @param prompts reads prompts that a policy rewrites
   * @param decode turns a response's tokens into text
   * @param ends the tokens at which a response ends
   */
  public Generator(PromptReader prompts, Function<long[], String> decode, Set<Long> ends) {
    this.prompts = prompts;
    this.decode = decode;
    this.ends = Set.copyOf(ends);
  }

  /**
   * Samples one response per request, all in one batch.
   *
   * @param manager a parent for the arrays needed meanwhile; all are closed on return
   * @param policy what to sample from; its parameters are read as they are now
   * @param requests at least one
   * @return one rollout per request, in order
   */
  public List<Rollout> generate(
      NDManager manager, Policy policy, List<Request> requests, SamplingOptions options) {
    return Torch.withGradients(false, () -> sample(manager, policy, requests, options));
  }

  /** Returns a generator of a tokenizer's texts. */
  public static Generator of(TextTokenizer tokenizer, Set<Long> ends) {
    return new Generator(new PromptReader(tokenizer::encode), tokenizer::decode, ends);
  }

  /** Returns what reads prompts that a policy rewrites. */
  public PromptReader prompts() {
    return prompts;
  }

  /** Returns a response's text. */
  public String decode(long[] response) {
    return decode.apply(response);
  }

  /** Returns the tokens at which a response ends. */
  public Set<Long> ends() {
    return ends;
  }

  private List<Rollout> sample(
      NDManager manager, Policy policy, List<Request> requests, SamplingOptions options) {
    List<Row> rows = requests.stream().map(Row::new).toList();
    try (NDManager scope = manager.newSubManager()) {
      List<CausalModel.Decoder> decoders =
          policy.terms().stream()
              .map(
                  term ->
                      CausalModel.of(term)
                          .decoder(scope, read(term, requests), options.maxNewTokens()))
              .toList();
      List<Row> live = rows;
      NDArray logits =
          combine(policy, decoders.stream().map(CausalModel.Decoder::prefill).toList());
      while (true) {
        try (NDArray uniform = uniform(scope, live);
            NDList drawn =
                ArrayOperations.sample(
                    scope,
                    logits,
                    uniform,
                    options.temperature(),
                    options.topK(),
                    options.topP())) {
          logits.close();
          List<Row> drawnFor = live;
          long[] tokens = drawn.get(0).toLongArray();
          float[] logProbabilities = drawn.get(1).toFloatArray();
          IntStream.range(0, tokens.length)
              .forEach(i -> drawnFor.get(i).append(tokens[i], logProbabilities[i]));
          int[] open =
              IntStream.range(0, tokens.length)
                  .filter(i -> !drawnFor.get(i).ended(ends, options.maxNewTokens()))
                  .toArray();
          if (open.length == 0) {
            break;
          }
          NDArray next = drawn.get(0);
          // Copying the cache pays once a quarter of the rows would be computed for nothing.
          if (open.length <= tokens.length * 3 / 4) {
            decoders.forEach(decoder -> decoder.keep(open));
            next = scope.create(IntStream.of(open).mapToLong(i -> tokens[i]).toArray());
            live = IntStream.of(open).mapToObj(drawnFor::get).toList();
          }
          NDArray read = next;
          logits = combine(policy, decoders.stream().map(decoder -> decoder.step(read)).toList());
          read.close();
        }
      }
    }
    return rows.stream().map(this::finish).toList();
  }

  private long[][] read(Policy.Term term, List<Request> requests) {
    return requests.stream()
        .map(request -> prompts.read(term, request.example(), request.prompt()).toArray())
        .toArray(long[][]::new);
  }

  /** Returns the policy's logits and closes the terms'. */
  private static NDArray combine(Policy policy, List<NDArray> logits) {
    if (policy.combination().isEmpty()) {
      return logits.get(0);
    }
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray combined = policy.combination().get().combine(logits);
      NDScope.unregister(combined);
      return combined;
    } finally {
      logits.forEach(NDArray::close);
    }
  }

  private static NDArray uniform(NDManager manager, List<Row> rows) {
    float[] values = new float[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = rows.get(i).random.nextFloat();
    }
    return manager.create(values);
  }

  private Rollout finish(Row row) {
    long[] response = row.tokens.stream().mapToLong(Long::longValue).toArray();
    return new Rollout(
        row.request.example(),
        row.request.prompt(),
        Tokens.of(response),
        decode.apply(response),
        row.logProbability);
  }

  /** A response in the making. */
  private static final class Row {
    private final Request request;
    private final SplittableRandom random;
    private final List<Long> tokens = new ArrayList<>();
    private double logProbability;
    private boolean ended;

    Row(Request request) {
      this.request = request;
      this.random = RandomStreams.open(request.stream());
    }

    /** Adds a token; a row that has ended stays as it is. */
    void append(long token, float tokenLogProbability) {
      if (!ended) {
        tokens.add(token);
        logProbability += tokenLogProbability;
      }
    }

    boolean ended(Set<Long> ends, int maxNewTokens) {
      ended = tokens.size() >= maxNewTokens || ends.contains(tokens.get(tokens.size() - 1));
      return ended;
    }
  }
}
