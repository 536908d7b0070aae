package dev.clp.runtime.rollout;

import dev.clp.api.Example;
import dev.clp.api.Policy;

/**
 * One response to be sampled: all that it depends on, whoever is sampled beside it.
 *
 * @param policy what to sample from; requests of policies that read the very same arrays decode
 *     together
 * @param example what is asked
 * @param prompt the prompt's tokens, special tokens included; at least one
 * @param options how tokens are drawn, and how many at most
 * @param stream identifies the response's random stream: equal streams give equal responses
 */
public record Request(
    Policy policy, Example example, Tokens prompt, SamplingOptions options, long stream) {

  /** Returns the same request to another policy. */
  public Request to(Policy other) {
    return new Request(other, example, prompt, options, stream);
  }
}
