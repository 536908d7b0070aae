package dev.clp.runtime.rollout;

import ai.djl.ndarray.NDManager;
import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
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
 * <p>A response ends at an end-of-sequence token, if the model has any, or after the most new
 * tokens. So the responses to a prompt are all leaves of a tree, and their probabilities sum to
 * one.
 */
public final class EnumeratedResponses {

  /** The most responses that are enumerated at once, all prompts together. */
  public static final int LIMIT = 100_000;

  private final Generator generator;
  private final List<Tokens> responses = new ArrayList<>();
  private final LoadingCache<Tokens, List<String>> texts;

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
    // Training asks for the same prompts again and again.
    this.texts =
        CacheBuilder.newBuilder()
            .maximumSize(Math.max(1, LIMIT / responses.size()))
            .build(CacheLoader.from(this::texts));
  }

  private List<String> texts(Tokens prompt) {
    return responses.stream().map(response -> generator.text(prompt, response)).toList();
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
      List<String> after = texts.getUnchecked(prompt.tokens());
      for (int i = 0; i < responses.size(); i++) {
        unweighed.add(
            new Rollout(prompt.example(), prompt.tokens(), responses.get(i), after.get(i), 0));
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
      if (left == 1 || generator.ends().contains(token)) {
        responses.add(tokens);
      } else {
        list(vocabulary, left - 1, tokens);
      }
    }
  }

  private double count(int vocabulary, int maxNewTokens) {
    long ends = generator.ends().stream().filter(token -> token < vocabulary).count();
    double leaves = vocabulary;
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
              "responses = enumerated expects at most %,d responses at once, but found %.4g for each of"
                  + " %,d prompt(s); lower rollout.max-new-tokens or the prompts per weighting, use"
                  + " a model with a smaller vocabulary, or choose responses = sampled",
              LIMIT,
              count,
              prompts));
    }
  }
}
