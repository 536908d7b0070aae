package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Model;
import dev.clp.api.Policy;
import dev.clp.runtime.error.UserException;
import java.util.Map;

/** What sampling and training ask of a model beyond its parameters. */
public interface CausalModel extends Model {

  @Override
  CausalModel bind(Map<String, NDArray> replacements);

  /**
   * Returns the same model with soft tokens in front of every prompt, differentiable in them.
   *
   * @param prefix [tokens, hidden size]
   * @throws IllegalArgumentException if the shape is another
   */
  CausalModel prefixed(NDArray prefix);

  /**
   * Returns a model as the runtime made it.
   *
   * @throws IllegalArgumentException if a component brought a model of its own
   */
  static CausalModel of(Model model) {
    if (model instanceof CausalModel causal) {
      return causal;
    }
    throw new IllegalArgumentException(
        "the model "
            + model.getClass().getName()
            + " is not one of the runtime's; bind the models that are given to a conditioner"
            + " instead of implementing dev.clp.api.Model");
  }

  /** Returns the model of a term, whose sums are evaluated, with the term's prefix. */
  static CausalModel of(Policy.Term term) {
    if (!term.sums().isEmpty()) {
      throw new IllegalStateException("the policy's sums are not evaluated");
    }
    CausalModel model = of(term.model());
    return term.prefix().map(model::prefixed).orElse(model);
  }

  /** Returns the vocabulary's size. */
  int vocabulary();

  /** Returns the longest sequence, prefix, prompt and response together, in tokens. */
  int maxPositions();

  /**
   * Makes sure that a prompt and its response fit the model's positions.
   *
   * @throws UserException if they do not, the model's prefix counted
   */
  default void checkPositions(int promptTokens, int responseTokens) {
    if (promptTokens + responseTokens > maxPositions()) {
      throw new UserException(
          "a prompt of "
              + promptTokens
              + " tokens, a policy's own ones included, and a response of "
              + responseTokens
              + " exceed the model's "
              + maxPositions()
              + " positions; shorten the prompts, what the policy adds to them, or"
              + " rollout.max-new-tokens");
    }
  }

  /**
   * Opens a decoder without rows that samples from the parameters as they are now.
   *
   * @param manager owns the decoder's arrays; closing it ends the decoder
   */
  Decoder decoder(NDManager manager);

  /**
   * Returns the log-probability of every scored token, without recording a gradient.
   *
   * @return [scored tokens], row after row
   */
  NDArray logProbabilities(NDManager manager, TokenBatch batch);

  /**
   * Returns the logits that predict every scored token, differentiable in the parameters.
   *
   * @return [scored tokens, vocabulary]
   */
  NDArray logits(NDManager manager, TokenBatch batch);

  /**
   * Returns a scalar whose gradient is that of {@code sum_i coefficients[i] * log p(token i)}; its
   * own value means nothing. It needs far less memory than {@link #logits}.
   *
   * @param coefficients [scored tokens], row after row
   */
  Surrogate surrogate(NDManager manager, TokenBatch batch, NDArray coefficients);

  /**
   * A scalar to differentiate.
   *
   * @param scalar its gradient is the one asked for
   * @param logProbabilities [scored tokens], without a gradient
   */
  record Surrogate(NDArray scalar, NDArray logProbabilities) {}

  /**
   * Reads prompts and then one token per row and step, keeping keys and values in a cache. Rows
   * come and go while others go on; a row's logits do not depend on the other rows.
   */
  interface Decoder {

    /**
     * Reads prompts, each into a row of its own.
     *
     * @param rows where the prompts go, in increasing order: rows that were released, or the next
     *     ones behind the last
     * @param prompts one token sequence per row, none empty
     * @param responseTokens the longest response of each row, at least 1
     * @return the logits [prompts, vocabulary] of the token that follows each prompt
     */
    NDArray admit(int[] rows, long[][] prompts, int[] responseTokens);

    /**
     * Appends one token to every row and returns the logits [rows, vocabulary] of the next. What
     * stands in released rows means nothing.
     *
     * @param tokens [rows], 64-bit
     */
    NDArray step(NDArray tokens);

    /** Gives up a row: it is computed along, for nothing, until it is admitted to or dropped. */
    void release(int row);

    /** Drops all rows but some, given by their current index in increasing order. */
    void keep(int[] rows);
  }
}
