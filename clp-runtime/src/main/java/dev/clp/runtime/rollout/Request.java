package dev.clp.runtime.rollout;

import dev.clp.api.Example;

/**
 * One response to be sampled.
 *
 * @param example what is asked
 * @param prompt the prompt's tokens, special tokens included; at least one
 * @param stream identifies the response's random stream: equal streams give equal responses
 */
public record Request(Example example, Tokens prompt, long stream) {}
