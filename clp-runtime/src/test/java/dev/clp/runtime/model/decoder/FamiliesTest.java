package dev.clp.runtime.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.ParameterGroup;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every family's fused, cached and padded program against plain arithmetic. */
class FamiliesTest {

  private static final int VOCABULARY = 12;
  private static final double STEP = 1e-5;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = Torch.newManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource
  void aBatchOfUnequalRowsEqualsPlainArithmeticOnEach(TinyFamilies family) {
    DecoderModel model = family.model(manager, 1);
    List<long[]> rows = sequences(14, 3, 9);
    TokenBatch batch = new TokenBatch(rows, List.of(13, 2, 8));
    float[] found = model.logits(manager, batch).toFloatArray();
    float[] logProbabilities = model.logProbabilities(manager, batch).toFloatArray();
    int at = 0;
    for (long[] row : rows) {
      double[][] expected = new DecoderTwin(model).logits(row, row.length);
      for (int t = 0; t < row.length - 1; t++) {
        assertClose(Arrays.copyOfRange(found, at * 12, at * 12 + 12), expected[t]);
        double total = Math.log(Arrays.stream(expected[t]).map(Math::exp).sum());
        assertThat((double) logProbabilities[at++])
            .isCloseTo(expected[t][(int) row[t + 1]] - total, within(1e-4));
      }
    }
  }

  /** Rows are admitted at different times, released, dropped and run past their windows. */
  @ParameterizedTest
  @EnumSource
  void cachedDecodingEqualsPlainArithmeticOnEachRowSoFar(TinyFamilies family) {
    DecoderModel model = family.model(manager, 2);
    List<List<Long>> rows = new ArrayList<>();
    sequences(2, 6, 4).forEach(row -> rows.add(boxed(row)));
    CausalModel.Decoder decoder = model.decoder(manager);
    Random random = new Random(4);
    int[] longest = {14, 14, 14};
    assertRows(model, decoder.admit(new int[] {0, 1, 2}, arrays(rows), longest), rows);
    for (int step = 0; step < 9; step++) {
      if (step == 4) {
        decoder.release(1);
        rows.set(1, boxed(sequences(5).get(0)));
        long[][] prompt = arrays(rows.subList(1, 2));
        NDArray logits = decoder.admit(new int[] {1}, prompt, new int[] {9});
        assertRows(model, logits, rows.subList(1, 2));
      } else if (step == 7) {
        decoder.keep(new int[] {1, 2});
        rows.remove(0);
      }
      long[] next = random.longs(rows.size(), 0, VOCABULARY).toArray();
      for (int row = 0; row < next.length; row++) {
        rows.get(row).add(next[row]);
      }
      assertRows(model, decoder.step(manager.create(next)), rows);
    }
  }

  /** No mask hides anything then but what windows no longer show. */
  @ParameterizedTest
  @EnumSource
  void cachedDecodingOfPromptsOfOneLengthEqualsPlainArithmetic(TinyFamilies family) {
    DecoderModel model = family.model(manager, 9);
    List<List<Long>> rows = new ArrayList<>();
    sequences(3, 3).forEach(row -> rows.add(boxed(row)));
    CausalModel.Decoder decoder = model.decoder(manager);
    assertRows(model, decoder.admit(new int[] {0, 1}, arrays(rows), new int[] {8, 8}), rows);
    for (long token = 0; token < 8; token++) {
      rows.get(0).add(token);
      rows.get(1).add(token + 2);
      assertRows(model, decoder.step(manager.create(new long[] {token, token + 2})), rows);
    }
  }

  /** Behind soft tokens that are rows of the embedding, everything is as behind the tokens. */
  @ParameterizedTest
  @EnumSource
  void softTokensStandForRowsOfTheEmbedding(TinyFamilies family) {
    DecoderModel model = family.model(manager, 3);
    long[] whole = sequences(9).get(0);
    long[] rest = Arrays.copyOfRange(whole, 2, whole.length);
    NDArray embedding = model.parameter(family.config().embedding());
    DecoderModel prefixed = model.prefixed(embedding.get(manager.create(Arrays.copyOf(whole, 2))));
    assertThat(
            prefixed
                .logits(manager, new TokenBatch(List.of(rest), List.of(rest.length - 1)))
                .toFloatArray())
        .containsExactly(
            model
                .logits(manager, new TokenBatch(List.of(whole), List.of(rest.length - 1)))
                .toFloatArray(),
            within(1e-4f));
    NDArray first =
        prefixed.decoder(manager).admit(new int[] {0}, new long[][] {rest}, new int[] {3});
    assertClose(
        first.toFloatArray(), new DecoderTwin(model).logits(whole, whole.length)[whole.length - 1]);
  }

  /** Of the sum of weighted log-probabilities, along a random direction through all parameters. */
  @ParameterizedTest
  @EnumSource
  void surrogateHasTheGradientThatFiniteDifferencesOfPlainArithmeticGive(TinyFamilies family) {
    DecoderModel model = family.model(manager, 5);
    List<long[]> rows = sequences(9, 5);
    TokenBatch batch = new TokenBatch(rows, List.of(8, 4));
    float[] coefficients = new float[12];
    Random random = new Random(6);
    for (int i = 0; i < coefficients.length; i++) {
      coefficients[i] = (float) random.nextGaussian();
    }
    for (Map.Entry<String, NDArray> parameter : model.parameters().asMap().entrySet()) {
      parameter.getValue().setRequiresGradient(true);
    }
    List<NDArray> leaves = List.copyOf(model.parameters().asMap().values());
    List<float[]> gradients =
        Torch.withGradients(
            true,
            () ->
                ArrayOperations.gradients(
                        manager,
                        model.surrogate(manager, batch, manager.create(coefficients)).scalar(),
                        leaves)
                    .stream()
                    .map(NDArray::toFloatArray)
                    .toList());
    List<float[]> directions = new ArrayList<>();
    for (float[] gradient : gradients) {
      float[] direction = new float[gradient.length];
      for (int i = 0; i < direction.length; i++) {
        direction[i] = random.nextBoolean() ? 1 : -1;
      }
      directions.add(direction);
    }
    DecoderModel ahead = moved(model, directions, STEP);
    DecoderModel behind = moved(model, directions, -STEP);
    // The distance between what 32 bits made of the steps.
    double expected = 0;
    int at = 0;
    for (String name : model.parameters().names()) {
      float[] gradient = gradients.get(at++);
      float[] to = ahead.parameter(name).toFloatArray();
      float[] from = behind.parameter(name).toFloatArray();
      for (int i = 0; i < gradient.length; i++) {
        expected += gradient[i] * ((double) to[i] - from[i]);
      }
      assertThat(manager.create(gradient).abs().max().getFloat()).as(name).isPositive();
    }
    double found = objective(ahead, rows, coefficients) - objective(behind, rows, coefficients);
    assertThat(found / STEP).isCloseTo(expected / STEP, within(1e-2));
  }

  @ParameterizedTest
  @EnumSource
  void aHeadReadsTheStateOfTheTokenAsked(TinyFamilies family) {
    DecoderModel model = family.model(manager, 7);
    int size = family.config().hiddenSize();
    float[] head = new float[2 * size];
    Random random = new Random(8);
    for (int i = 0; i < head.length; i++) {
      head[i] = (float) random.nextGaussian();
    }
    List<long[]> rows = sequences(8, 3);
    float[] found =
        model
            .classify(manager, rows, new long[] {7, 2}, manager.create(head, new Shape(2, size)))
            .toFloatArray();
    for (int row = 0; row < 2; row++) {
      double[] state =
          new DecoderTwin(model)
              .states(rows.get(row), rows.get(row).length)[rows.get(row).length - 1];
      for (int label = 0; label < 2; label++) {
        double expected = 0;
        for (int i = 0; i < size; i++) {
          expected += state[i] * head[label * size + i];
        }
        assertThat((double) found[row * 2 + label]).isCloseTo(expected, within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenIsReadAsTheSame(TinyFamilies family) {
    DecoderConfig config = family.config();
    assertThat(TinyModels.architecture(config.toJson().toString())).isEqualTo(config);
    assertThat(TinyModels.architecture(config.withTied(!config.tied()).toJson().toString()))
        .isEqualTo(config.withTied(!config.tied()));
    DecoderConfig shorter = config.withMaxPositions(11);
    assertThat(TinyModels.architecture(shorter.toJson().toString())).isEqualTo(shorter);
  }

  @ParameterizedTest
  @EnumSource
  void groupsPartTheParameters(TinyFamilies family) {
    DecoderConfig config = family.config();
    List<String> members = new ArrayList<>();
    for (ParameterGroup group : ParameterGroup.values()) {
      Set<String> names = config.names(group);
      assertThat(names).as("%s", group).isNotEmpty();
      names.stream().filter(config.shapes()::containsKey).forEach(members::add);
    }
    assertThat(members).containsExactlyInAnyOrderElementsOf(config.shapes().keySet());
    assertThat(config.names(ParameterGroup.EMBEDDING).iterator().next())
        .isEqualTo(config.embedding());
  }

  private static DecoderModel moved(DecoderModel model, List<float[]> directions, double step) {
    Map<String, NDArray> moved = new LinkedHashMap<>();
    model
        .parameters()
        .asMap()
        .forEach(
            (name, array) -> {
              float[] values = array.toFloatArray();
              float[] direction = directions.get(moved.size());
              for (int i = 0; i < values.length; i++) {
                values[i] += (float) step * direction[i];
              }
              moved.put(name, array.getManager().create(values, array.getShape()));
            });
    return model.bind(moved);
  }

  private static double objective(DecoderModel model, List<long[]> rows, float[] coefficients) {
    double sum = 0;
    int at = 0;
    for (long[] row : rows) {
      double[][] logits = new DecoderTwin(model).logits(row, row.length);
      for (int t = 0; t < row.length - 1; t++) {
        double total = Math.log(Arrays.stream(logits[t]).map(Math::exp).sum());
        sum += coefficients[at++] * (logits[t][(int) row[t + 1]] - total);
      }
    }
    return sum;
  }

  private static void assertRows(DecoderModel model, NDArray logits, List<List<Long>> rows) {
    for (int row = 0; row < rows.size(); row++) {
      long[] tokens = rows.get(row).stream().mapToLong(Long::longValue).toArray();
      double[][] expected = new DecoderTwin(model).logits(tokens, tokens.length);
      assertClose(logits.get(row).toFloatArray(), expected[tokens.length - 1]);
    }
  }

  private static void assertClose(float[] found, double[] expected) {
    assertThat(found).hasSize(expected.length);
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i]).isCloseTo(expected[i], within(1e-4));
    }
  }

  private static List<long[]> sequences(int... lengths) {
    Random random = new Random(lengths[0]);
    return Arrays.stream(lengths)
        .mapToObj(length -> random.longs(length, 0, VOCABULARY).toArray())
        .toList();
  }

  private static List<Long> boxed(long[] tokens) {
    List<Long> boxed = new ArrayList<>();
    for (long token : tokens) {
      boxed.add(token);
    }
    return boxed;
  }

  private static long[][] arrays(List<List<Long>> rows) {
    return rows.stream()
        .map(row -> row.stream().mapToLong(Long::longValue).toArray())
        .toArray(long[][]::new);
  }
}
