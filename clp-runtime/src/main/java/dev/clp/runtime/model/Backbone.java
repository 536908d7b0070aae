package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** A model whose hidden states a classifier's linear head reads. */
@FunctionalInterface
public interface Backbone {

  /**
   * Returns what a linear head says of the state at one token of each sequence, as transformers'
   * {@code ForSequenceClassification} models do. Differentiable in the parameters and the head if
   * this thread records gradients.
   *
   * @param sequences tokens, one sequence per row, none empty or longer than the model reads
   * @param last the token of each sequence whose state is read, counted from 0
   * @param head [labels, hidden size]
   * @return [sequences, labels]
   */
  NDArray classify(NDManager manager, List<long[]> sequences, long[] last, NDArray head);
}
