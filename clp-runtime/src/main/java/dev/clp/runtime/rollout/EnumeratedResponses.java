package dev.clp.runtime.rollout;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Policy;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.rollout.Prompts.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Every response that a model can give, in place of some that it gave: where there are few enough,
 * expectations over them are sums without sampling noise.
 *
 * <p>A response ends at the end-of-sequence token, if the model has one, or after the most new
 * tokens. So the responses to a prompt are all leaves of a tree, and their probabilities sum to
 * one.
 */
public final class EnumeratedResponses {

  /** The most responses that are listed at once, all prompts together. */
  public static final int LIMIT = 100_000;

  private final Generator generator;
  private final List<Response> responses = new ArrayList<>();

  private record Response(Tokens tokens, String text) {}

  /**
   * Lists the responses.
   *
   * @param generator decodes responses, knows where they end and how prompts are rewritten
   * @param vocabulary the number of tokens
   * @param maxNewTokens the longest response in tokens
   * @throws UserException if there are more than {@value #LIMIT}
   */
  public EnumeratedResponses(Generator generator, int vocabulary, int maxNewTokens) {
    this.generator = generator;
    check(count(vocabulary, maxNewTokens), 1);
    list(vocabulary, maxNewTokens, Tokens.of());
  }

  /**
   * Returns every response to every prompt with its log-probability under a policy, prompt by
   * prompt.
   *
   * @param manager a parent for the arrays needed meanwhile; all are closed on return
   * @throws UserException if there are more than {@value #LIMIT}
   */
  public List<Rollout> of(NDManager manager, Policy policy, List<Prompt> prompts) {
    check(responses.size(), prompts.size());
    List<Rollout> unweighed = new ArrayList<>();
    for (Prompt prompt : prompts) {
      for (Response response : responses) {
        unweighed.add(
            new Rollout(prompt.example(), prompt.tokens(), response.tokens(), response.text(), 0));
      }
    }
    double[] logProbabilities =
        PolicyLoss.logProbabilities(
            manager, policy, generator.prompts().batches(policy, unweighed));
    return IntStream.range(0, unweighed.size())
        .mapToObj(i -> unweighed.get(i).withLogProbability(logProbabilities[i]))
        .toList();
  }

  private void list(int vocabulary, int left, Tokens prefix) {
    for (long token = 0; token < vocabulary; token++) {
      Tokens tokens = prefix.then(Tokens.of(token));
      boolean ended = generator.ends().contains(token);
      if (ended || left == 1) {
        responses.add(new Response(tokens, generator.decode(tokens.toArray())));
      } else {
        list(vocabulary, left - 1, tokens);
      }
    }
  }

  private double count(int vocabulary, int maxNewTokens) {
    double leaves = vocabulary;
    long ends = generator.ends().stream().filter(token -> token < vocabulary).count();
    for (int depth = 1; depth < maxNewTokens; depth++) {
      leaves = ends + (vocabulary - ends) * leaves;
    }
    return leaves;
  }

  private static void check(double count, int prompts) {
    if (!(count * prompts <= LIMIT)) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "responses = listed expects at most %,d responses at once, but found %.4g for each of"
                  + " %,d prompt(s); lower rollout.max-new-tokens or the prompts per weighting, use"
                  + " a model with a smaller vocabulary, or choose responses = sampled",
              LIMIT,
              count,
              prompts));
    }
  }
}
