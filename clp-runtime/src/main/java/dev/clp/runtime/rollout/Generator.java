package dev.clp.runtime.rollout;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Policy;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.CausalModel;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Samples responses with a key-value cache, many at a time. */
public final class Generator {

  private final Function<long[], String> decode;
  private final OptionalLong endOfSequence;

  /**
   * Creates a generator.
   *
   * @param decode turns a response's tokens into text
   * @param endOfSequence the token at which a response ends, if the model has one
   */
  public Generator(Function<long[], String> decode, OptionalLong endOfSequence) {
    this.decode = decode;
    this.endOfSequence = endOfSequence;
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

  /** Returns a response's text. */
  public String decode(long[] response) {
    return decode.apply(response);
  }

  /** Returns the token at which a response ends, if the model has one. */
  public OptionalLong endOfSequence() {
    return endOfSequence;
  }

  private List<Rollout> sample(
      NDManager manager, Policy policy, List<Request> requests, SamplingOptions options) {
    List<Row> rows = requests.stream().map(Row::new).toList();
    long[][] prompts =
        requests.stream().map(request -> request.prompt().toArray()).toArray(long[][]::new);
    try (NDManager scope = manager.newSubManager()) {
      List<CausalModel.Decoder> decoders =
          policy.terms().stream()
              .map(
                  term ->
                      ((CausalModel) term.model()).decoder(scope, prompts, options.maxNewTokens()))
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
                  .filter(i -> !drawnFor.get(i).ended(endOfSequence, options.maxNewTokens()))
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

  /** Returns the weighted sum of the terms' logits and closes them. */
  private static NDArray combine(Policy policy, List<NDArray> logits) {
    if (logits.size() == 1 && policy.terms().get(0).weight() == 1) {
      return logits.get(0);
    }
    NDArray sum = null;
    for (int i = 0; i < logits.size(); i++) {
      try (NDArray term = logits.get(i)) {
        // Not in place: a program's results belong to inference mode and cannot be changed outside.
        NDArray scaled = term.mul((float) policy.terms().get(i).weight());
        if (sum == null) {
          sum = scaled;
        } else {
          sum.addi(scaled);
          scaled.close();
        }
      }
    }
    return sum;
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

    boolean ended(OptionalLong endOfSequence, int maxNewTokens) {
      ended =
          tokens.size() >= maxNewTokens
              || (endOfSequence.isPresent()
                  && tokens.get(tokens.size() - 1) == endOfSequence.getAsLong());
      return ended;
    }
  }
}
