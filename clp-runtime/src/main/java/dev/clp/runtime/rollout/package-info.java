/**
 * From a request to its response.
 *
 * <p>The walk of one request to its tokens:
 *
 * <ol>
 *   <li>{@link dev.clp.runtime.rollout.Prompts} tokenizes the examples; {@link
 *       dev.clp.runtime.rollout.Conditioning} turns a weighting into a policy, whose arrays the
 *       caller's manager owns.
 *   <li>A {@link dev.clp.runtime.rollout.Request} carries that policy, the prompt, the sampling
 *       options, and the name of a random stream from {@link
 *       dev.clp.runtime.rollout.RandomStreams}.
 *   <li>{@link dev.clp.runtime.rollout.DecodingSession#admit} has {@link
 *       dev.clp.runtime.rollout.PromptReader} word the prompt as each of the policy's terms reads
 *       it, and gives the row to those that it can decode with: of its policy, or of the same
 *       mechanism at other weightings.
 *   <li>At the next {@link dev.clp.runtime.rollout.DecodingSession#step} every term's decoder
 *       ({@link dev.clp.runtime.model.CausalModel.Decoder}) reads the rows' last tokens, then the
 *       prompts of the rows that wait.
 *   <li>The policy's combination makes one row of logits of the terms'; a uniform number of the
 *       row's own stream picks the token; its log-probability is kept under the policy itself and
 *       under the law that drew it.
 *   <li>A row that reaches an end-of-sequence token or its longest length ends; its place in the
 *       cache goes to the next row that waits, or is dropped.
 *   <li>{@link dev.clp.runtime.rollout.Generator} makes a {@link dev.clp.runtime.rollout.Rollout}
 *       of the row: the text that continues the prompt's, and the sums of the log-probabilities.
 *   <li>{@link dev.clp.runtime.rollout.PolicyLoss} reads the rollouts back to score or to
 *       differentiate them; {@link dev.clp.runtime.rollout.EnumeratedResponses} takes the place of
 *       sampling where all responses can be had.
 * </ol>
 *
 * <p>Randomness belongs to the request, not to its place in a batch. {@link
 * dev.clp.runtime.rollout.FrozenModelsCheck} finds components that change what all policies share.
 */
package dev.clp.runtime.rollout;
