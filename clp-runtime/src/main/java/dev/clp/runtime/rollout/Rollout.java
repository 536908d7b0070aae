package dev.clp.runtime.rollout;

import dev.clp.api.Completion;
import dev.clp.api.Example;
import dev.clp.runtime.model.TokenBatch;
import java.util.List;
import java.util.function.Function;

/**
 * A sampled response.
 *
 * @param example what was asked
 * @param prompt the prompt's tokens
 * @param response the response's tokens, its end-of-sequence token included where it ended by
 *     itself
 * @param text the response's text
 * @param logProbability the response's log-probability under the policy itself, in nats: at
 *     temperature 1, over the whole vocabulary
 * @param samplingLogProbability the response's log-probability under the law that it was drawn
 *     from, in nats: with the temperature, renormalised over the tokens that top-k and top-p keep;
 *     0 where the likeliest token is taken
 */
public record Rollout(
    Example example,
    Tokens prompt,
    Tokens response,
    String text,
    double logProbability,
    double samplingLogProbability) {

  /** A response drawn from the policy itself. */
  public Rollout(
      Example example, Tokens prompt, Tokens response, String text, double logProbability) {
    this(example, prompt, response, text, logProbability, logProbability);
  }

  /** Returns the same response, drawn from a policy that gives it this log-probability. */
  public Rollout withLogProbability(double value) {
    return new Rollout(example, prompt, response, text, value);
  }

  /** Returns what reward models score. */
  public Completion completion() {
    return new Completion(example, text);
  }

  /** Returns the rollouts as sequences whose responses are scored, their prompts as they are. */
  public static TokenBatch batch(List<Rollout> rollouts) {
    return batch(rollouts, Rollout::prompt);
  }

  /** Returns the rollouts as sequences whose responses are scored, behind prompts of choice. */
  static TokenBatch batch(List<Rollout> rollouts, Function<Rollout, Tokens> prompt) {
    return new TokenBatch(
        rollouts.stream().map(r -> prompt.apply(r).then(r.response()).toArray()).toList(),
        rollouts.stream().map(r -> r.response().length()).toList());
  }
}
