/**
 * Sampling responses from policies.
 *
 * <p>{@link dev.clp.runtime.rollout.Generator} turns a policy and prompts into {@link
 * dev.clp.runtime.rollout.Rollout}s: responses with the log-probability of every token. Randomness
 * belongs to the request, not to its place in a batch.
 */
package dev.clp.runtime.rollout;
