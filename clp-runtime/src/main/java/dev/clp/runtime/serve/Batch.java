package dev.clp.runtime.serve;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Example;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.rollout.DecodingSession;
import dev.clp.runtime.rollout.DecodingSession.LikelyTokens;
import dev.clp.runtime.rollout.DecodingSession.Row;
import dev.clp.runtime.rollout.DecodingSession.State;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.RandomStreams;
import dev.clp.runtime.rollout.Request;
import dev.clp.runtime.rollout.Tokens;
import dev.clp.runtime.serve.Job.Prompt;
import dev.clp.runtime.serve.Job.Reason;
import dev.clp.runtime.serve.Job.ScoredToken;
import dev.clp.runtime.serve.ServedFolder.Loaded;
import dev.clp.runtime.serve.ServedPolicies.Conditioned;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The responses that decode together, and what becomes of each of their tokens. It belongs to the
 * one thread that samples.
 */
final class Batch implements AutoCloseable {

  /** The tokens behind which the text of one is read. */
  private static final int CONTEXT = 8;

  private final NDManager manager;
  private final Loaded loaded;
  private final int capacity;
  private final ServerMetrics metrics;
  // Texts that hold their special tokens get no further ones where a policy rewrites them.
  private final Generator ofTexts;
  private final Generator ofRendered;
  private final IdentityHashMap<Row, Response> responses = new IdentityHashMap<>();
  private final Set<Accepted> accepted = new LinkedHashSet<>();
  private DecodingSession texts;
  private DecodingSession rendered;

  /**
   * Begins without responses.
   *
   * @param capacity the most responses
   */
  Batch(NDManager manager, Loaded loaded, int capacity, ServerMetrics metrics) {
    this.manager = manager;
    this.loaded = loaded;
    this.capacity = capacity;
    this.metrics = metrics;
    this.ofTexts = Generator.of(loaded.folder());
    this.ofRendered = Generator.of(loaded.folder(), loaded.folder().tokenizer().withoutAdded());
    open();
  }

  private void open() {
    texts = ofTexts.open(manager);
    rendered = ofRendered.open(manager);
  }

  /** A request whose responses decode. */
  private static final class Accepted {
    private final Job job;
    private final Conditioned policy;
    private final Set<Response> open = new HashSet<>();

    private Accepted(Job job, Conditioned policy) {
      this.job = job;
      this.policy = policy;
    }
  }

  /** A response in the making. */
  private static final class Response {
    private final Accepted of;
    private final int choice;
    private final DecodingSession session;
    private final Row row;
    private final TextStream text;
    private final List<ScoredToken> scored = new ArrayList<>();
    private long firstToken;

    private Response(Accepted of, int choice, DecodingSession session, Row row, TextStream text) {
      this.of = of;
      this.choice = choice;
      this.session = session;
      this.row = row;
      this.text = text;
    }
  }

  int rows() {
    return responses.size();
  }

  int jobs() {
    return accepted.size();
  }

  /** Returns how many weightings decode. */
  int weightings() {
    return loaded.policies().used();
  }

  ServedPolicies policies() {
    return loaded.policies();
  }

  /**
   * Reads the policy that is asked by default, so that the first request need not wait for it.
   *
   * @throws UserException if it cannot be read
   */
  void warm() {
    loaded
        .policies()
        .acquire(loaded.catalogue().entries().get(0).usual())
        .ifPresent(loaded.policies()::release);
  }

  /** Returns whether a request that waits need not be answered any more; a late one is told. */
  static boolean isGivenUp(Job job) {
    if (!job.isCancelled() && job.isLate()) {
      job.listener().failed(ApiError.late(job.secondsAllowed()));
      return true;
    }
    return job.isCancelled();
  }

  /**
   * Admits a request if there is room, or refuses it.
   *
   * @return whether it is dealt with; if not, it has to wait
   */
  boolean admit(Job job) {
    if (rows() + job.rows() > capacity) {
      return false;
    }
    Optional<Conditioned> policy;
    try {
      policy = loaded.policies().acquire(job.chosen());
    } catch (UserException e) {
      job.listener().failed(new ApiError(400, "model", null, e.getMessage()));
      return true;
    }
    policy.ifPresent(each -> admit(job, each));
    return policy.isPresent();
  }

  private void admit(Job job, Conditioned policy) {
    Accepted of = new Accepted(job, policy);
    accepted.add(of);
    try {
      for (int choice = 0; choice < job.rows(); choice++) {
        Response response = admit(of, choice);
        responses.put(response.row, response);
        of.open.add(response);
      }
      metrics.admitted(job);
    } catch (UserException e) {
      drop(of);
      job.listener().failed(new ApiError(400, "prompt", null, e.getMessage()));
    }
  }

  private Response admit(Accepted of, int choice) {
    Job job = of.job;
    Prompt prompt = job.prompt(choice);
    boolean rewrites =
        of.policy.policy().terms().stream()
            .anyMatch(term -> !term.prompt().apply(prompt.text()).equals(prompt.text()));
    DecodingSession session = prompt.isRendered() && rewrites ? rendered : texts;
    Row row =
        session.admit(
            new Request(
                of.policy.policy(),
                Example.of("prompt", prompt.text()),
                prompt.tokens(),
                job.options(),
                RandomStreams.derive(job.seed(), "generate", choice)));
    long[] before = loaded.texts().isApart() ? new long[0] : prompt.tokens().toArray();
    return new Response(
        of,
        choice,
        session,
        row,
        new TextStream(loaded.folder().tokenizer()::decode, before, job.stops()));
  }

  /** Draws a token of every response and passes on what it brings. */
  void step() {
    for (Accepted each : List.copyOf(accepted)) {
      if (each.job.isCancelled()) {
        drop(each);
      } else if (each.job.isLate()) {
        drop(each);
        each.job.listener().failed(ApiError.late(each.job.secondsAllowed()));
      }
    }
    try {
      List<Row> drawn = new ArrayList<>(texts.step());
      drawn.addAll(rendered.step());
      metrics.drawn(drawn.size());
      drawn.stream()
          .map(responses::get)
          .filter(response -> response != null)
          .forEach(this::advance);
      if (responses.isEmpty()) {
        // Nobody is left to draw for; the sessions forget those who are over.
        texts.step();
        rendered.step();
      }
    } catch (UserException | EngineException e) {
      fail(new ApiError(500, null, "engine", e.getMessage()));
      texts.close();
      rendered.close();
      open();
    }
  }

  private void advance(Response response) {
    Row row = response.row;
    Job job = response.of.job;
    if (row.length() == 1) {
      response.firstToken = System.nanoTime();
      metrics.firstToken(job);
    }
    boolean isEnd = ofTexts.ends().contains(row.lastToken());
    if (job.isScored() && !isEnd) {
      response.scored.add(scored(response));
    }
    String text = response.text.append(row.lastToken());
    boolean isOver = row.state() == State.ENDED || response.text.isStopped();
    if (isOver && !response.text.isStopped()) {
      text += response.text.end();
    }
    boolean showsAll = response.text.isEven() || (isOver && !response.text.isStopped());
    List<ScoredToken> scored = showsAll ? List.copyOf(response.scored) : List.of();
    if (showsAll) {
      response.scored.clear();
    }
    if (!text.isEmpty() || !scored.isEmpty()) {
      job.listener().more(response.choice, text, scored);
    }
    if (isOver) {
      end(response, isEnd || response.text.isStopped() ? Reason.STOP : Reason.LENGTH);
    }
  }

  private void end(Response response, Reason reason) {
    response.session.finish(response.row);
    metrics.ended(response.firstToken, response.row.length());
    responses.remove(response.row);
    response.of.open.remove(response);
    if (response.of.open.isEmpty()) {
      drop(response.of);
    }
    response.of.job.listener().ended(response.choice, reason, response.row.length());
  }

  private ScoredToken scored(Response response) {
    Row row = response.row;
    long[] tokens = row.response().toArray();
    long[] before = Arrays.copyOf(tokens, tokens.length - 1);
    if (!loaded.texts().isApart()) {
      before = row.request().prompt().then(Tokens.of(before)).toArray();
    }
    Tokens context =
        Tokens.of(Arrays.copyOfRange(before, Math.max(0, before.length - CONTEXT), before.length));
    List<ScoredToken> likeliest = List.of();
    if (row.request().options().likeliest() > 0) {
      LikelyTokens last = row.likeliest().get(tokens.length - 1);
      likeliest =
          IntStream.range(0, last.tokens().size())
              .mapToObj(
                  i ->
                      new ScoredToken(
                          spell(context, last.tokens().get(i)),
                          last.logProbabilities().get(i),
                          List.of()))
              .toList();
    }
    return new ScoredToken(spell(context, row.lastToken()), row.lastLogProbability(), likeliest);
  }

  private String spell(Tokens context, long token) {
    String text = ofTexts.text(context, Tokens.of(token));
    return text.isEmpty() ? loaded.folder().tokenizer().spell(token) : text;
  }

  private void drop(Accepted of) {
    if (accepted.remove(of)) {
      for (Response response : of.open) {
        response.session.cancel(response.row);
        responses.remove(response.row);
      }
      loaded.policies().release(of.policy);
    }
  }

  /** Gives all requests up and tells them why. */
  void fail(ApiError error) {
    for (Accepted each : List.copyOf(accepted)) {
      drop(each);
      each.job.listener().failed(error);
    }
  }

  @Override
  public void close() {
    texts.close();
    rendered.close();
  }
}
