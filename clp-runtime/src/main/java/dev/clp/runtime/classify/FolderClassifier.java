package dev.clp.runtime.classify;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Reading;
import dev.clp.api.TextClassifier;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.TokenSequence;
import dev.clp.runtime.sft.Batches;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * A classifier that reads pairs in batches of similar length.
 *
 * <p>It remembers what it said of the last few lists of pairs, so that several objectives that ask
 * about the same responses cost one forward pass. Whole lists are remembered and not single pairs:
 * the last bits of a logit depend on the batch that it was computed in, and a resumed run, which
 * remembers nothing, must repeat them.
 */
final class FolderClassifier implements TextClassifier {

  /** As many lists as there may be threads that ask at the same time. */
  private static final int REMEMBERED = 32;

  private final NDManager manager;
  private final ClassifierFolder folder;
  private final Reading reading;
  private final int longest;
  private final CutTexts cut;
  private final Map<List<TextPair>, float[][]> remembered =
      Collections.synchronizedMap(
          new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<List<TextPair>, float[][]> eldest) {
              return size() > REMEMBERED;
            }
          });

  /**
   * Asks a folder's network.
   *
   * @param manager owns its arrays and those of its answers' making
   * @param cut counts the texts that are too long
   */
  FolderClassifier(NDManager manager, ClassifierFolder folder, Reading reading, CutTexts cut) {
    this.manager = manager;
    this.folder = folder;
    this.reading = reading;
    this.longest = folder.network().config().longest(reading);
    this.cut = cut;
  }

  @Override
  public List<String> labels() {
    return folder.network().config().labels();
  }

  @Override
  public float[][] logits(List<TextPair> pairs) {
    List<TextPair> asked = List.copyOf(pairs);
    float[][] known = remembered.get(asked);
    if (known == null) {
      known = compute(asked);
      remembered.put(asked, known);
    }
    float[][] copy = new float[known.length][];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = known[i].clone();
    }
    return copy;
  }

  private float[][] compute(List<TextPair> pairs) {
    List<TokenSequence> sequences =
        pairs.stream()
            .map(pair -> folder.encoder().encode(pair, reading.input(), longest))
            .toList();
    cut.count(sequences, reading.input(), longest);
    return logits(manager, folder.network(), sequences, reading.batch());
  }

  /**
   * Returns the logits of any number of sequences, without gradients.
   *
   * @param size how many are read at once
   * @return [sequences][labels]
   */
  static float[][] logits(
      NDManager manager, SequenceClassifier network, List<TokenSequence> sequences, int size) {
    return rows(manager, sequences, size, network::logits);
  }

  /** Asks in batches of similar length, without gradients; a row of numbers for each sequence. */
  static float[][] rows(
      NDManager manager,
      List<TokenSequence> sequences,
      int size,
      BiFunction<NDManager, List<TokenSequence>, NDArray> network) {
    float[][] answers = new float[sequences.size()][];
    List<Integer> rows = IntStream.range(0, answers.length).boxed().toList();
    for (List<Integer> batch : Batches.byLength(rows, row -> sequences.get(row).length(), size)) {
      try (NDManager scope = manager.newSubManager()) {
        List<TokenSequence> read = batch.stream().map(sequences::get).toList();
        NDArray values = Torch.withGradients(false, () -> network.apply(scope, read));
        float[] flat = values.toFloatArray();
        int width = flat.length / read.size();
        for (int i = 0; i < read.size(); i++) {
          answers[batch.get(i)] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
        }
      }
    }
    return answers;
  }
}
