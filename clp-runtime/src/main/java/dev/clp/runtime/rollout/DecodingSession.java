package dev.clp.runtime.rollout;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Policy;
import dev.clp.runtime.engine.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Samples responses that come and go: requests are admitted at any time, one step draws one token
 * of every row, and a row ends by itself, is finished early, or is cancelled, while the others go
 * on.
 *
 * <p>A response depends on its request alone, not on who is sampled beside it or since when: its
 * tokens are the same, its log-probabilities up to the rounding of the engine's kernels. Rows of
 * one policy decode together, and so do rows of policies that differ in their weighting alone where
 * the mechanism's arrays can be shared: words in prompts, soft tokens, mixtures of logits, low-rank
 * changes and copies of the output layer. All others of a session are stepped in turn.
 *
 * <p>A session belongs to one thread at a time, and to nobody after an exception other than that of
 * {@link #admit}: close it then.
 */
public final class DecodingSession implements AutoCloseable {

  private final NDManager manager;
  private final PromptReader prompts;
  private final TokenDraw draw;
  private final List<PolicyRows> groups = new ArrayList<>();

  /**
   * Opens a session without rows.
   *
   * @param manager a parent for the session's arrays
   * @param prompts reads prompts that a policy rewrites
   * @param ends the tokens at which a response ends, if the model has any
   * @param ids the number of ids that may be drawn, from the first on
   */
  public DecodingSession(NDManager manager, PromptReader prompts, Set<Long> ends, long ids) {
    this.manager = manager.newSubManager();
    this.prompts = prompts;
    this.draw = new TokenDraw(Set.copyOf(ends), ids);
  }

  /**
   * Adds a request, whose prompt is read in the next step. Its policy's arrays must stay open until
   * the row is over.
   *
   * @throws dev.clp.runtime.error.UserException if prompt and response do not fit the model; the
   *     session is as before
   */
  public Row admit(Request request) {
    List<Tokens> read =
        request.policy().terms().stream()
            .map(term -> prompts.read(term, request.example(), request.prompt()))
            .toList();
    Row row = new Row(request, read);
    PolicyRows.check(row);
    groups.stream()
        .filter(group -> group.takes(request.policy()))
        .findFirst()
        .orElseGet(() -> open(request))
        .admit(row);
    return row;
  }

  private PolicyRows open(Request request) {
    PolicyRows group = new PolicyRows(manager, request.policy(), draw);
    groups.add(group);
    return group;
  }

  /**
   * Draws one token of every row that is not over, and forgets the rows that are over with it.
   *
   * @return the rows that got a token; none once all rows are over
   */
  public List<Row> step() {
    return Torch.withGradients(
        false,
        () -> {
          List<Row> drawn = new ArrayList<>();
          for (Iterator<PolicyRows> each = groups.iterator(); each.hasNext(); ) {
            PolicyRows group = each.next();
            drawn.addAll(group.step());
            if (group.isEmpty()) {
              group.close();
              each.remove();
            }
          }
          return drawn;
        });
  }

  /**
   * Returns whether a policy's rows can be decoded with its sums as they are, beside those of other
   * weightings; if not, its sums must be evaluated before a request has it.
   */
  public static boolean sharesArrays(Policy policy) {
    return policy.terms().stream()
        .allMatch(term -> term.sums().isEmpty() || DecodedTogether.hasOwn(term));
  }

  /**
   * Returns how many groups of rows the next step decodes one after the other, each with one
   * forward pass per term.
   */
  int groups() {
    return groups.size();
  }

  /** Returns the number of rows that are not over. */
  public int rows() {
    return groups.stream().mapToInt(PolicyRows::rows).sum();
  }

  /** Ends a response before its next token, as a stop string does; what it has is the response. */
  public void finish(Row row) {
    row.end(State.ENDED);
  }

  /** Drops a row before its next token; what it has is no response. */
  public void cancel(Row row) {
    row.end(State.CANCELLED);
  }

  @Override
  public void close() {
    manager.close();
  }

  /**
   * The most probable tokens of one place in a response.
   *
   * @param tokens the most probable first
   * @param logProbabilities one per token, under the policy itself, in nats
   */
  public record LikelyTokens(List<Long> tokens, List<Float> logProbabilities) {

    public LikelyTokens {
      tokens = List.copyOf(tokens);
      logProbabilities = List.copyOf(logProbabilities);
    }

    /** Returns the first tokens, all if there are fewer. */
    LikelyTokens first(int count) {
      int kept = Math.min(count, tokens.size());
      return new LikelyTokens(tokens.subList(0, kept), logProbabilities.subList(0, kept));
    }
  }

  /** What became of a row. */
  public enum State {
    /** It waits for its first token or for another one. */
    RUNNING,
    /**
     * It is a response: it reached an end-of-sequence token, its longest length, or was finished.
     */
    ENDED,
    /** It was dropped. */
    CANCELLED
  }

  /** A response in the making. */
  public static final class Row {

    private final Request request;
    private final List<Tokens> read;
    private final SplittableRandom random;
    private final long[] tokens;
    private final float[] logProbabilities;
    private final float[] samplingLogProbabilities;
    private final List<LikelyTokens> likeliest = new ArrayList<>();
    private int length;
    private State state = State.RUNNING;

    private Row(Request request, List<Tokens> read) {
      int longest = request.options().maxNewTokens();
      this.request = request;
      this.read = read;
      this.random = RandomStreams.open(request.stream());
      this.tokens = new long[longest];
      this.logProbabilities = new float[longest];
      this.samplingLogProbabilities = new float[longest];
    }

    /** Returns what is answered. */
    public Request request() {
      return request;
    }

    /** Returns what became of the row. */
    public State state() {
      return state;
    }

    /** Returns the tokens so far, an end-of-sequence token included. */
    public Tokens response() {
      return Tokens.of(Arrays.copyOf(tokens, length));
    }

    /** Returns each token's log-probability under the policy itself, in nats. */
    public float[] logProbabilities() {
      return Arrays.copyOf(logProbabilities, length);
    }

    /** Returns each token's log-probability under the law that it was drawn from, in nats. */
    public float[] samplingLogProbabilities() {
      return Arrays.copyOf(samplingLogProbabilities, length);
    }

    /**
     * Returns, for each token, what else was likely in its place; empty unless the request asks for
     * {@link SamplingOptions#likeliest}.
     */
    public List<LikelyTokens> likeliest() {
      return List.copyOf(likeliest);
    }

    /** Returns the prompt as one of the policy's terms reads it. */
    Tokens prompt(int term) {
      return read.get(term);
    }

    boolean isOver() {
      return state != State.RUNNING;
    }

    float nextUniform() {
      return random.nextFloat();
    }

    /** Returns the token that was drawn last. */
    public long lastToken() {
      return tokens[length - 1];
    }

    /** Returns the last token's log-probability under the policy itself, in nats. */
    public float lastLogProbability() {
      return logProbabilities[length - 1];
    }

    /** Returns the number of tokens so far. */
    public int length() {
      return length;
    }

    void append(long token, float logProbability, float samplingLogProbability, Set<Long> ends) {
      tokens[length] = token;
      logProbabilities[length] = logProbability;
      samplingLogProbabilities[length] = samplingLogProbability;
      length++;
      if (length == tokens.length || ends.contains(token)) {
        state = State.ENDED;
      }
    }

    void appendLikeliest(LikelyTokens tokens) {
      likeliest.add(tokens);
    }

    private void end(State how) {
      if (!isOver()) {
        state = how;
      }
    }
  }
}
