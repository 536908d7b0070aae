package dev.clp.runtime.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.TokenSequence;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SequenceClassifierTest {

  private static final Offset<Float> CLOSE = within(2e-5f);

  private final ClassifierConfig config = TinyClassifiers.config(Optional.empty());
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = Torch.newManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /**
   * The numbers come from an eager implementation of the architecture's definition in PyTorch, in
   * double precision, which draws the same parameters.
   */
  @Test
  void givesTheLogitsOfAnIndependentImplementation() {
    SequenceClassifier network =
        new SequenceClassifier(config, TinyClassifiers.arrays(manager, config, 7));
    float[][] logits =
        FolderClassifier.logits(
            manager,
            network,
            List.of(TokenSequence.of(1, 3, 9, 4, 10), TokenSequence.of(1, 6), TokenSequence.of(1)),
            8);
    assertThat(logits[0]).containsExactly(new float[] {-0.013173f, 1.239494f, -0.673304f}, CLOSE);
    assertThat(logits[1]).containsExactly(new float[] {-0.646946f, -1.993793f, 1.857189f}, CLOSE);
    assertThat(logits[2]).containsExactly(new float[] {-1.180612f, -1.908642f, 0.25015f}, CLOSE);
  }

  /** Where the padding token ends texts too, the head reads it as it reads any other. */
  @Test
  void readsTheLastTokenByLengthAndNotByThePaddingTokensId() {
    SequenceClassifier network =
        new SequenceClassifier(config, TinyClassifiers.arrays(manager, config, 7));
    float[][] logits =
        FolderClassifier.logits(
            manager,
            network,
            List.of(
                TokenSequence.of(1, 6, 2), TokenSequence.of(1, 6), TokenSequence.of(1, 6, 2, 9)),
            8);
    float[] alone =
        FolderClassifier.logits(manager, network, List.of(TokenSequence.of(1, 6, 2)), 1)[0];
    assertThat(logits[0]).containsExactly(alone, CLOSE);
    assertThat(Math.abs(logits[0][0] - logits[1][0])).isGreaterThan(0.01f);
  }

  @Test
  void manySequencesSayWhatEachSays() {
    SequenceClassifier network =
        new SequenceClassifier(config, TinyClassifiers.arrays(manager, config, 7));
    List<TokenSequence> sequences =
        IntStream.range(0, 70)
            .mapToObj(
                i -> {
                  long[] sequence = new long[1 + i * 7 % 60];
                  Arrays.fill(sequence, 3 + i % 9);
                  return TokenSequence.of(sequence);
                })
            .toList();
    float[][] together = FolderClassifier.logits(manager, network, sequences, 32);
    for (int i = 0; i < sequences.size(); i++) {
      float[] alone = FolderClassifier.logits(manager, network, List.of(sequences.get(i)), 1)[0];
      assertThat(together[i]).as("sequence %d", i).containsExactly(alone, CLOSE);
    }
  }

  /** Every parameter of the backbone and the head has the gradient that finite differences have. */
  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    Map<String, NDArray> arrays = TinyClassifiers.arrays(manager, config, 11);
    arrays.values().forEach(array -> array.setRequiresGradient(true));
    SequenceClassifier network = new SequenceClassifier(config, arrays);
    List<TokenSequence> sequences =
        List.of(TokenSequence.of(1, 3, 9, 4), TokenSequence.of(1, 11, 5));
    float[] coefficients = {0.5f, -1, 0.25f, 2, 0.125f, -0.75f};
    NDList gradients =
        Torch.withGradients(
            true,
            () ->
                ArrayOperations.gradients(
                    manager,
                    network
                        .logits(manager, sequences)
                        .mul(manager.create(coefficients, new Shape(2, 3)))
                        .sum(),
                    List.copyOf(arrays.values())));
    int at = 0;
    for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
      float[] values = entry.getValue().toFloatArray();
      float[] gradient = gradients.get(at++).toFloatArray();
      // The largest component says most about the whole.
      int place = 0;
      for (int i = 1; i < gradient.length; i++) {
        place = Math.abs(gradient[i]) > Math.abs(gradient[place]) ? i : place;
      }
      float step = 1e-2f;
      double up = weighted(arrays, entry.getKey(), values, place, step, sequences, coefficients);
      double down = weighted(arrays, entry.getKey(), values, place, -step, sequences, coefficients);
      assertThat((up - down) / (2 * step))
          .as("%s[%d]", entry.getKey(), place)
          .isCloseTo(gradient[place], within(2e-3 + 1e-2 * Math.abs(gradient[place])));
      assertThat(Math.abs(gradient[place])).as(entry.getKey()).isGreaterThan(1e-3f);
    }
  }

  private double weighted(
      Map<String, NDArray> arrays,
      String name,
      float[] values,
      int place,
      float change,
      List<TokenSequence> sequences,
      float[] coefficients) {
    float[] changed = values.clone();
    changed[place] += change;
    Map<String, NDArray> moved = new LinkedHashMap<>(arrays);
    moved.put(name, manager.create(changed, arrays.get(name).getShape()));
    float[][] logits =
        FolderClassifier.logits(manager, new SequenceClassifier(config, moved), sequences, 32);
    double sum = 0;
    for (int i = 0; i < coefficients.length; i++) {
      sum += coefficients[i] * logits[i / 3][i % 3];
    }
    return sum;
  }
}
