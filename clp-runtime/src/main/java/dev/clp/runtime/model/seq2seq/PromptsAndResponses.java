package dev.clp.runtime.model.seq2seq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.runtime.model.TokenBatch;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the two stacks read of a batch: the encoder every prompt once, the decoder every beginning
 * of a response once for each prompt that it follows.
 */
final class PromptsAndResponses {

  private final Map<LongBuffer, Integer> prompts = new LinkedHashMap<>();
  private final Map<Read, Integer> rows = new LinkedHashMap<>();
  private final List<Integer> rowOfSequence = new ArrayList<>();
  private final TokenBatch batch;

  /** A row of the decoder: the prompt's number, and the response but for its last token. */
  private record Read(int prompt, LongBuffer response) {}

  PromptsAndResponses(TokenBatch batch) {
    this.batch = batch;
    for (int i = 0; i < batch.sequences().size(); i++) {
      long[] sequence = batch.sequences().get(i);
      int scored = batch.scored().get(i);
      int given = sequence.length - scored;
      Integer prompt = number(prompts, LongBuffer.wrap(sequence, 0, given));
      Read read = new Read(prompt, LongBuffer.wrap(sequence, given, Math.max(0, scored - 1)));
      rowOfSequence.add(number(rows, read));
    }
  }

  /** Prompts that stand alone, each in a row of its own. */
  static PromptsAndResponses of(long[][] prompts) {
    return new PromptsAndResponses(
        new TokenBatch(Arrays.asList(prompts), Arrays.stream(prompts).map(each -> 0).toList()));
  }

  private static <K> Integer number(Map<K, Integer> numbers, K key) {
    numbers.putIfAbsent(key, numbers.size());
    return numbers.get(key);
  }

  int longestPrompt() {
    return prompts.keySet().stream().mapToInt(LongBuffer::remaining).max().orElseThrow();
  }

  /** Returns the most tokens that the decoder reads of a row, the start token included. */
  int longestResponse() {
    return 1
        + rows.keySet().stream().mapToInt(row -> row.response().remaining()).max().orElseThrow();
  }

  /** Returns the distinct prompts [prompts, longest], padded at the right. */
  NDArray tokens(NDManager manager) {
    int width = longestPrompt();
    LongBuffer flat = LongBuffer.allocate(prompts.size() * width);
    prompts.forEach((prompt, number) -> flat.position(number * width).put(prompt.duplicate()));
    return manager.create(flat.array(), new Shape(prompts.size(), width));
  }

  /** Returns the prompts' lengths, [prompts]. */
  NDArray lengths(NDManager manager) {
    return manager.create(prompts.keySet().stream().mapToLong(LongBuffer::remaining).toArray());
  }

  /** Returns the number of each decoder row's prompt, [rows]. */
  NDArray owners(NDManager manager) {
    return manager.create(rows.keySet().stream().mapToLong(Read::prompt).toArray());
  }

  /** Returns the number of each sequence's prompt, [sequences]. */
  NDArray ownersOfSequences(NDManager manager) {
    long[] owners = rows.keySet().stream().mapToLong(Read::prompt).toArray();
    return manager.create(rowOfSequence.stream().mapToLong(row -> owners[row]).toArray());
  }

  /** Returns what the decoder reads, [rows, longest], padded at the right. */
  NDArray inputs(NDManager manager, long startToken) {
    int width = longestResponse();
    LongBuffer flat = LongBuffer.allocate(rows.size() * width);
    rows.forEach(
        (row, number) ->
            flat.position(number * width).put(startToken).put(row.response().duplicate()));
    return manager.create(flat.array(), new Shape(rows.size(), width));
  }

  /** Returns where the scored tokens are predicted, [scored tokens] into the flattened inputs. */
  NDArray index(NDManager manager) {
    long[] index = new long[batch.scoredTokens()];
    int at = 0;
    for (int i = 0; i < rowOfSequence.size(); i++) {
      long begin = (long) rowOfSequence.get(i) * longestResponse();
      for (int token = 0; token < batch.scored().get(i); token++) {
        index[at++] = begin + token;
      }
    }
    return manager.create(index);
  }

  /** Returns where each sequence's last token is predicted, [sequences], as {@link #index} does. */
  NDArray lasts(NDManager manager) {
    long[] lasts = new long[rowOfSequence.size()];
    for (int i = 0; i < lasts.length; i++) {
      lasts[i] = (long) rowOfSequence.get(i) * longestResponse() + batch.scored().get(i) - 1;
    }
    return manager.create(lasts);
  }
}
