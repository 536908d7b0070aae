package dev.clp.runtime.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import com.google.common.primitives.Floats;
import dev.clp.api.Combination;
import dev.clp.api.Model;
import dev.clp.api.Policy;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.GraphScope;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.TokenBatch;
import dev.clp.runtime.model.decoder.DecoderModel;
import dev.clp.runtime.model.decoder.LlamaTwins;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gradient of policies with one term and with several, against plain forward passes. */
class PolicyLossTest {

  private static final TokenBatch BATCH =
      new TokenBatch(List.of(new long[] {1, 5, 9, 3, 2}, new long[] {4, 4, 8}), List.of(3, 2));
  private static final float[] COEFFICIENTS = {1, -2, 3, 0.5f, -1};

  private NDManager manager;
  private DecoderModel first;
  private DecoderModel second;

  @BeforeEach
  void open() {
    manager = Torch.newManager();
    first = TinyModels.llama(manager, TinyModels.VOCABULARY, true, 1);
    second = TinyModels.llama(manager, TinyModels.VOCABULARY, false, 2);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "0.5, 0.5", "2, -1", "0.25, 0.25"})
  void hasTheGradientOfTheWeightedLogProbabilities(double one, double other) {
    List<NDArray> leaves = new ArrayList<>(first.parameters().asMap().values());
    leaves.addAll(second.parameters().asMap().values());
    leaves.forEach(leaf -> leaf.setRequiresGradient(true));
    Policy policy =
        other == 0
            ? Policy.of(first)
            : Policy.mixture(List.of(one, other), List.<Model>of(first, second));
    List<float[]> found =
        Torch.withGradients(
            true,
            () ->
                floats(
                    ArrayOperations.gradients(
                        manager,
                        PolicyLoss.surrogate(
                            manager,
                            policy,
                            Collections.nCopies(policy.terms().size(), BATCH),
                            COEFFICIENTS),
                        leaves)));
    List<float[]> expected = exact(one, other, leaves);
    double largest = 0;
    for (float[] array : expected) {
      for (float value : array) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    for (int i = 0; i < leaves.size(); i++) {
      assertThat(found.get(i)).containsExactly(expected.get(i), within((float) (1e-5 * largest)));
    }
    assertThat(largest).isGreaterThan(0.1);
  }

  private List<float[]> exact(double one, double other, List<NDArray> leaves) {
    return Torch.withGradients(
        true,
        () -> {
          // Factors such as mul's are read again in the backward pass.
          try (GraphScope scope = new GraphScope(manager)) {
            scope.suppressNotUsedWarning();
            NDArray sum = null;
            int at = 0;
            for (int row = 0; row < BATCH.sequences().size(); row++) {
              long[] sequence = BATCH.sequences().get(row);
              NDArray logProbabilities =
                  LlamaTwins.logits(manager, first, sequence)
                      .mul((float) one)
                      .add(LlamaTwins.logits(manager, second, sequence).mul((float) other))
                      .logSoftmax(-1);
              int from = sequence.length - BATCH.scored().get(row);
              for (int i = from; i < sequence.length; i++) {
                NDArray term =
                    logProbabilities.get(new NDIndex(i - 1, sequence[i])).mul(COEFFICIENTS[at++]);
                sum = sum == null ? term : sum.add(term);
              }
            }
            return floats(ArrayOperations.gradients(manager, sum, leaves));
          }
        });
  }

  private static List<float[]> floats(List<NDArray> arrays) {
    return arrays.stream().map(NDArray::toFloatArray).toList();
  }

  /** DJL lets go of the scalar's memory at once, which the backward pass still reads. */
  @Test
  void aCustomCombinationMayScaleByNumbers() throws InterruptedException {
    List<NDArray> leaves = List.copyOf(first.parameters().asMap().values());
    leaves.forEach(leaf -> leaf.setRequiresGradient(true));
    Policy linear = Policy.mixture(List.of(0.25, 0.75), List.<Model>of(first, second));
    Policy custom =
        Policy.combining(
            List.of(first, second),
            (Combination.Custom)
                logits -> {
                  NDArray sum = logits.get(0).mul(0.25f).add(logits.get(1).mul(0.75f));
                  // Exact, and many chances for memory to be given away too early.
                  for (int i = 0; i < 200; i++) {
                    sum = sum.mul(2f).mul(0.5f);
                  }
                  return sum;
                });
    assertThat(gradients(custom, leaves)).isEqualTo(gradients(linear, leaves));
  }

  private List<List<Float>> gradients(Policy policy, List<NDArray> leaves)
      throws InterruptedException {
    TokenBatch batch = new TokenBatch(List.of(new long[] {1, 5, 9, 3, 2}), List.of(4));
    List<ByteBuffer> garbage = new ArrayList<>();
    try (NDManager scope = manager.newSubManager()) {
      NDArray surrogate =
          Torch.withGradients(
              true,
              () ->
                  PolicyLoss.surrogate(
                      scope, policy, List.of(batch, batch), new float[] {1, -2, 3, 0.5f}));
      for (int round = 0; round < 5; round++) {
        System.gc();
        // The memory of collected buffers is given back by a thread of its own.
        Thread.sleep(20);
        for (int i = 0; i < 2000; i++) {
          garbage.add(
              ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder()).putFloat(0, 1e9f));
        }
      }
      assertThat(garbage).hasSize(10_000);
      return Torch.withGradients(
          true,
          () ->
              ArrayOperations.gradients(scope, surrogate, leaves).stream()
                  .map(gradient -> Floats.asList(gradient.toFloatArray()))
                  .toList());
    }
  }
}
