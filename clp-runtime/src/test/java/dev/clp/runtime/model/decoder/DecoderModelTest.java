package dev.clp.runtime.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.ParameterGroup;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fused, cached, padded program against the plain forward pass. */
class DecoderModelTest {

  private static final int VOCABULARY = 13;

  @ParameterizedTest
  @CsvSource({
    "4, 2, 4, 10000, true",
    "4, 2, 4, 10000, false",
    "4, 4, 4, 10000, true",
    "4, 1, 4, 500000, false",
    "4, 2, 10, 100, true",
    "3, 3, 6, 10000, false"
  })
  void teacherForcedLogitsEqualThoseOfThePlainForwardPass(
      int heads, int keyValueHeads, int headWidth, double theta, boolean tied) {
    try (NDManager manager = Torch.newManager()) {
      DecoderModel model = model(manager, heads, keyValueHeads, headWidth, theta, tied);
      List<long[]> sequences = sequences(new int[] {2, 9, 5, 33});
      List<Integer> scored = List.of(1, 8, 2, 32);
      float[] found = model.logits(manager, new TokenBatch(sequences, scored)).toFloatArray();
      int at = 0;
      for (int row = 0; row < sequences.size(); row++) {
        long[] sequence = sequences.get(row);
        float[][] expected = twin(manager, model, sequence);
        for (int i = sequence.length - 1 - scored.get(row); i < sequence.length - 1; i++) {
          for (float logit : expected[i]) {
            assertThat((double) found[at++]).isCloseTo(logit, within(1e-5));
          }
        }
      }
      assertThat(at).isEqualTo(found.length);
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 2, 4, 10000, true", "4, 1, 10, 100, false", "3, 3, 6, 10000, true"})
  void decodingEqualsThePlainForwardPassWhateverElseIsInTheBatch(
      int heads, int keyValueHeads, int headWidth, double theta, boolean tied) {
    try (NDManager manager = Torch.newManager()) {
      DecoderModel model = model(manager, heads, keyValueHeads, headWidth, theta, tied);
      List<long[]> prompts = sequences(new int[] {1, 7, 4, 7, 2});
      List<long[]> continuations = sequences(new int[] {6, 6, 6, 6, 6});
      CausalModel.Decoder decoder = model.decoder(manager);
      int[] rows = {0, 1, 2, 3, 4};
      NDArray logits =
          decoder.admit(rows, prompts.toArray(long[][]::new), new int[] {6, 6, 6, 6, 6});
      for (int step = 0; step < 6; step++) {
        for (int i = 0; i < rows.length; i++) {
          long[] seen = joined(prompts.get(rows[i]), continuations.get(rows[i]), step);
          float[] expected = twin(manager, model, seen)[seen.length - 1];
          float[] found = logits.get(i).toFloatArray();
          assertThat(found).hasSize(VOCABULARY);
          for (int token = 0; token < VOCABULARY; token++) {
            assertThat((double) found[token]).isCloseTo(expected[token], within(1e-5));
          }
        }
        if (step == 2) {
          decoder.keep(new int[] {0, 2, 3});
          rows = new int[] {0, 2, 3};
        } else if (step == 4) {
          decoder.keep(new int[] {2});
          rows = new int[] {3};
        }
        long[] next = new long[rows.length];
        for (int i = 0; i < rows.length; i++) {
          next[i] = continuations.get(rows[i])[step];
        }
        logits = decoder.step(manager.create(next));
      }
    }
  }

  @Test
  void scoresMoreTokensThanOneBlockHolds() {
    try (NDManager manager = Torch.newManager()) {
      DecoderModel model = model(manager, 4, 2, 4, 10000, true);
      TokenBatch batch = manyTokens();
      assertThat(batch.scoredTokens()).isGreaterThan(512);
      float[] found = model.logProbabilities(manager, batch).toFloatArray();
      assertThat(found).hasSize(batch.scoredTokens());
      int at = 0;
      for (int row = 0; row < batch.sequences().size(); row++) {
        long[] sequence = batch.sequences().get(row);
        float[][] logits = twin(manager, model, sequence);
        for (int i = sequence.length - batch.scored().get(row); i < sequence.length; i++) {
          assertThat((double) found[at++])
              .isCloseTo(logProbability(logits[i - 1], (int) sequence[i]), within(1e-5));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void surrogateHasTheGradientOfItsWeightedLogProbabilities(boolean tied) {
    try (NDManager manager = Torch.newManager()) {
      DecoderModel model = model(manager, 4, 2, 4, 10000, tied);
      List<NDArray> leaves = List.copyOf(model.parameters().asMap().values());
      leaves.forEach(leaf -> leaf.setRequiresGradient(true));
      TokenBatch batch = manyTokens();
      Random random = new Random(2);
      float[] coefficients = new float[batch.scoredTokens()];
      for (int i = 0; i < coefficients.length; i++) {
        coefficients[i] = (float) random.nextGaussian() / coefficients.length;
      }
      NDArray factors = manager.create(coefficients);
      List<float[]> expected =
          Torch.withGradients(
              true,
              () -> {
                NDArray chosen =
                    model
                        .logits(manager, batch)
                        .logSoftmax(-1)
                        .gather(
                            batch.targets(manager).reshape(new Shape(coefficients.length, 1)), 1)
                        .reshape(coefficients.length);
                return floats(
                    ArrayOperations.gradients(manager, chosen.mul(factors).sum(), leaves));
              });
      CausalModel.Surrogate surrogate =
          Torch.withGradients(true, () -> model.surrogate(manager, batch, factors));
      List<float[]> found =
          Torch.withGradients(
              true, () -> floats(ArrayOperations.gradients(manager, surrogate.scalar(), leaves)));
      double largest = 0;
      for (int i = 0; i < leaves.size(); i++) {
        assertThat(found.get(i)).hasSize(expected.get(i).length);
        for (int j = 0; j < found.get(i).length; j++) {
          assertThat((double) found.get(i)[j]).isCloseTo(expected.get(i)[j], within(1e-6));
          largest = Math.max(largest, Math.abs(expected.get(i)[j]));
        }
      }
      assertThat(largest).isGreaterThan(1e-2);
      assertThat(surrogate.logProbabilities().toFloatArray())
          .containsExactly(model.logProbabilities(manager, batch).toFloatArray(), within(1e-6f));
    }
  }

  @Test
  void bindingTheOutputLayerUntiesItAndBindingTheEmbeddingMovesBoth() {
    try (NDManager manager = Torch.newManager()) {
      DecoderModel model = model(manager, 4, 2, 4, 10000, true);
      NDArray other = model.parameter(TinyModels.EMBEDDING).mul(2f);
      DecoderModel untied = model.bind(Map.of(TinyModels.OUTPUT, other));
      assertThat(untied.parameter(TinyModels.EMBEDDING))
          .isSameAs(model.parameter(TinyModels.EMBEDDING));
      assertThat(untied.parameter(TinyModels.OUTPUT)).isSameAs(other);
      assertThat(untied.parameters().names()).contains(TinyModels.OUTPUT);
      assertThat(model.parameters().names()).doesNotContain(TinyModels.OUTPUT);
      TokenBatch batch = new TokenBatch(sequences(new int[] {6}), List.of(5));
      float[] single = model.logits(manager, batch).toFloatArray();
      float[] doubled = untied.logits(manager, batch).toFloatArray();
      for (int i = 0; i < single.length; i++) {
        assertThat((double) doubled[i]).isCloseTo(2 * single[i], within(1e-5));
      }
      DecoderModel tied = model.bind(Map.of(TinyModels.EMBEDDING, other));
      assertThat(tied.parameter(TinyModels.OUTPUT)).isSameAs(other);
    }
  }

  @Test
  void groupsPartTheParametersByTheirNames() {
    try (NDManager manager = Torch.newManager()) {
      DecoderModel model = model(manager, 4, 2, 4, 10000, false);
      int members = 0;
      for (ParameterGroup group : ParameterGroup.values()) {
        Set<String> names = model.names(group);
        assertThat(model.parameters().names()).containsAll(names);
        members += names.size();
      }
      assertThat(members).isEqualTo(model.parameters().names().size());
      assertThat(model.names(ParameterGroup.ATTENTION)).hasSize(8);
      assertThat(model.names(ParameterGroup.MLP)).hasSize(6);
      assertThat(model.names(ParameterGroup.NORM)).hasSize(5);
    }
  }

  @Test
  void refusesUnknownNamesOtherShapesAndTooLongResponses() {
    try (NDManager manager = Torch.newManager()) {
      DecoderModel model = model(manager, 4, 2, 4, 10000, true);
      assertThatThrownBy(() -> model.bind(Map.of("model.nothing", manager.create(1f))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("model.nothing", TinyModels.EMBEDDING);
      assertThatThrownBy(() -> model.bind(Map.of(TinyModels.NORM, manager.create(1f))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll(TinyModels.NORM, "(16)");
      assertThatThrownBy(() -> model.checkPositions(60, 5))
          .isInstanceOf(UserException.class)
          .hasMessageContainingAll("60", "5", "64", "max-new-tokens");
      assertThatThrownBy(() -> new TokenBatch(List.of(new long[] {1, 2}), List.of(2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("beginning-of-sequence");
    }
  }

  private static DecoderModel model(
      NDManager manager, int heads, int keyValueHeads, int headWidth, double theta, boolean tied) {
    DecoderConfig config =
        TinyModels.config(
            VOCABULARY, 16, 24, 2, heads, keyValueHeads, headWidth, 64, 1e-5, theta, tied);
    return TinyModels.llama(manager, config, 21);
  }

  private static TokenBatch manyTokens() {
    int[] lengths = new int[40];
    List<Integer> scored = new ArrayList<>();
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = 18 + i % 7;
      scored.add(12 + i % 5);
    }
    return new TokenBatch(sequences(lengths), scored);
  }

  private static List<long[]> sequences(int[] lengths) {
    Random random = new Random(lengths.length);
    List<long[]> sequences = new ArrayList<>();
    for (int length : lengths) {
      sequences.add(random.longs(length, 0, VOCABULARY).toArray());
    }
    return sequences;
  }

  private static long[] joined(long[] prompt, long[] continuation, int count) {
    long[] joined = Arrays.copyOf(prompt, prompt.length + count);
    System.arraycopy(continuation, 0, joined, prompt.length, count);
    return joined;
  }

  private static float[][] twin(NDManager manager, DecoderModel model, long[] tokens) {
    try (NDManager scope = manager.newSubManager()) {
      float[] flat = LlamaTwins.logits(scope, model, tokens).toFloatArray();
      float[][] rows = new float[tokens.length][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = Arrays.copyOfRange(flat, i * VOCABULARY, (i + 1) * VOCABULARY);
      }
      return rows;
    }
  }

  private static double logProbability(float[] logits, int token) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit);
    }
    return logits[token] - Math.log(sum);
  }

  private static List<float[]> floats(NDList arrays) {
    return arrays.stream().map(NDArray::toFloatArray).toList();
  }
}
