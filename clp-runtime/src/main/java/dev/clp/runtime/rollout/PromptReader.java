package dev.clp.runtime.rollout;

import dev.clp.api.Example;
import dev.clp.api.Policy;
import dev.clp.api.PolicyTerm;
import dev.clp.runtime.model.TokenBatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads prompts as a policy's terms word them.
 *
 * @param encode returns a prompt's tokens, special tokens included
 */
public record PromptReader(Function<String, long[]> encode) {

  /** Returns a prompt's tokens for a term; those given, unless the term rewrites the text. */
  Tokens read(PolicyTerm term, Example example, Tokens tokens) {
    String text = term.prompt().apply(example.prompt());
    return text.equals(example.prompt()) ? tokens : Tokens.of(encode.apply(text));
  }

  /**
   * Returns the rollouts as each of a policy's terms reads them: the term's own prompts, and the
   * responses, which are scored.
   */
  public List<TokenBatch> batches(Policy policy, List<Rollout> rollouts) {
    return policy.terms().stream().map(term -> batch(term, rollouts)).toList();
  }

  private TokenBatch batch(PolicyTerm term, List<Rollout> rollouts) {
    Map<Tokens, Tokens> prompts = new HashMap<>();
    return Rollout.batch(
        rollouts,
        rollout ->
            prompts.computeIfAbsent(
                rollout.prompt(), tokens -> read(term, rollout.example(), tokens)));
  }
}
