package dev.clp.runtime.serve;

import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.rollout.Tokens;
import java.util.List;

/**
 * Responses to be sampled for one request, and where they go. The thread that samples calls the
 * listener; anybody may cancel.
 */
final class Job {

  /** Why a response ended. */
  enum Reason {
    /** An end-of-sequence token or a stop string. */
    STOP,
    /** The most tokens that were asked for. */
    LENGTH
  }

  /**
   * A prompt.
   *
   * @param text as it was asked, or rendered from a conversation
   * @param tokens special tokens included, at least one
   * @param isRendered whether the text holds its special tokens already
   */
  record Prompt(String text, Tokens tokens, boolean isRendered) {}

  /**
   * A token and what else was likely in its place.
   *
   * @param text the token's text
   * @param logProbability under the policy itself, in nats
   * @param likeliest the most probable tokens of the place, if asked for; they have none themselves
   */
  record ScoredToken(String text, double logProbability, List<ScoredToken> likeliest) {}

  /** Receives the responses; of each, its text in pieces and then its end. */
  interface Listener {

    /**
     * More of a response.
     *
     * @param choice the response's number: prompts in order, the responses to each in a row
     * @param text possibly empty
     * @param tokens those that the text is of, if scores were asked for
     */
    void more(int choice, String text, List<ScoredToken> tokens);

    /**
     * The end of a response.
     *
     * @param tokens how many were drawn
     */
    void ended(int choice, Reason reason, int tokens);

    /** The end of a request that cannot be answered; responses that have not ended never will. */
    void failed(ApiError error);
  }

  private final Chosen chosen;
  private final List<Prompt> prompts;
  private final int responses;
  private final SamplingOptions options;
  private final boolean isScored;
  private final List<String> stops;
  private final long seed;
  private final long deadline;
  private final Listener listener;
  private final long arrival = System.nanoTime();
  private volatile boolean cancelled;

  /**
   * Asks for responses.
   *
   * @param responses how many to each prompt
   * @param isScored whether tokens' log-probabilities are wanted
   * @param stops texts at which a response ends, which are not part of it
   * @param seed what the random streams of the responses derive from
   * @param deadline when the request is over, in nanoseconds of {@link System#nanoTime}
   */
  Job(
      Chosen chosen,
      List<Prompt> prompts,
      int responses,
      SamplingOptions options,
      boolean isScored,
      List<String> stops,
      long seed,
      long deadline,
      Listener listener) {
    this.chosen = chosen;
    this.prompts = List.copyOf(prompts);
    this.responses = responses;
    this.options = options;
    this.isScored = isScored;
    this.stops = List.copyOf(stops);
    this.seed = seed;
    this.deadline = deadline;
    this.listener = listener;
  }

  Chosen chosen() {
    return chosen;
  }

  /** Returns the number of responses to all prompts. */
  int rows() {
    return prompts.size() * responses;
  }

  /** Returns the prompt of a response. */
  Prompt prompt(int choice) {
    return prompts.get(choice / responses);
  }

  /** Returns the tokens of all prompts, each counted once. */
  int promptTokens() {
    return prompts.stream().mapToInt(prompt -> prompt.tokens().length()).sum();
  }

  SamplingOptions options() {
    return options;
  }

  boolean isScored() {
    return isScored;
  }

  List<String> stops() {
    return stops;
  }

  long seed() {
    return seed;
  }

  Listener listener() {
    return listener;
  }

  /** Returns when the request came, in nanoseconds of {@link System#nanoTime}. */
  long arrival() {
    return arrival;
  }

  boolean isLate() {
    return System.nanoTime() - deadline > 0;
  }

  double secondsAllowed() {
    return Math.round((deadline - arrival) / 1e8) / 10.0;
  }

  /** Gives the request up: nobody listens any more. */
  void cancel() {
    cancelled = true;
  }

  boolean isCancelled() {
    return cancelled;
  }
}
