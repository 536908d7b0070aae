package dev.clp.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every method of arrays.py against a twin in plain Java and double precision. */
class ArrayOperationsTest {

  private static final float BELOW_ONE = Math.nextDown(1f);

  @ParameterizedTest
  @CsvSource({
    "1, 0, 1",
    "0.5, 0, 1",
    "3, 0, 1",
    "1, 3, 1",
    "1, 11, 1",
    "1, 50, 1",
    "1, 1, 1",
    "1, 0, 0.7",
    "1, 0, 1e-9",
    "0.7, 4, 0.5",
    "0, 0, 1",
    "0, 3, 0.2"
  })
  void samplesLikeItsTwin(double temperature, int topK, double topP) {
    int rows = 200;
    int vocabulary = 11;
    Random random = new Random(3);
    float[] logits = normal(random, rows * vocabulary, 2);
    float[] uniform = new float[rows];
    for (int i = 0; i < rows; i++) {
      uniform[i] = i == 0 ? 0 : i == 1 ? BELOW_ONE : random.nextFloat();
    }
    try (NDManager manager = Torch.newManager()) {
      NDList drawn =
          ArrayOperations.sample(
              manager,
              manager.create(logits, new Shape(rows, vocabulary)),
              manager.create(uniform),
              temperature,
              topK,
              topP,
              0,
              vocabulary,
              Optional.empty());
      long[] tokens = drawn.get(0).toLongArray();
      float[] logProbabilities = drawn.get(1).toFloatArray();
      float[] sampled = drawn.get(2).toFloatArray();
      assertThat(tokens).hasSize(rows);
      for (int row = 0; row < rows; row++) {
        float[] own = Arrays.copyOfRange(logits, row * vocabulary, (row + 1) * vocabulary);
        double[] kept = truncated(own, temperature, topK, topP);
        // Rounding may move a token's border a little, but not a draw in its midst.
        assertThat((int) tokens[row])
            .isBetween(invert(kept, uniform[row] - 1e-5), invert(kept, uniform[row] + 1e-5));
        assertThat(kept[(int) tokens[row]]).as("probability of what was drawn").isPositive();
        assertThat((double) logProbabilities[row])
            .as("log-probability before truncation")
            .isCloseTo(Math.log(softmax(own, 1)[(int) tokens[row]]), within(1e-5));
        assertThat((double) sampled[row])
            .as("log-probability of the draw")
            .isCloseTo(Math.log(kept[(int) tokens[row]] / Arrays.stream(kept).sum()), within(1e-5));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 1", "0.3, 0, 1", "1, 7, 1", "1, 0, 0.9", "1, 9, 0.99"})
  void neverSelectsATokenOfZeroProbability(double temperature, int topK, double topP) {
    int vocabulary = 5000;
    Random random = new Random(8);
    int rows = 40;
    float[] logits = normal(random, rows * vocabulary, 1);
    float[] uniform = new float[rows];
    for (int row = 0; row < rows; row++) {
      uniform[row] = row % 2 == 0 ? 0 : BELOW_ONE;
      for (int i = 0; i < 100; i++) {
        logits[row * vocabulary + i] = Float.NEGATIVE_INFINITY;
        // Underflows to zero without being minus infinity.
        logits[(row + 1) * vocabulary - 1 - i] = i % 2 == 0 ? Float.NEGATIVE_INFINITY : -300;
      }
    }
    try (NDManager manager = Torch.newManager()) {
      NDList drawn =
          ArrayOperations.sample(
              manager,
              manager.create(logits, new Shape(rows, vocabulary)),
              manager.create(uniform),
              temperature,
              topK,
              topP,
              0,
              vocabulary,
              Optional.empty());
      for (long token : drawn.get(0).toLongArray()) {
        assertThat(token).isBetween(100L, vocabulary - 101L);
      }
    }
  }

  @Test
  void survivesLogitsOfAnySize() {
    float[] logits = {1e30f, -1e30f, 0, 88, 89, -200};
    try (NDManager manager = Torch.newManager()) {
      NDList drawn =
          ArrayOperations.sample(
              manager,
              manager.create(logits, new Shape(2, 3)),
              manager.create(new float[] {BELOW_ONE, BELOW_ONE}),
              1,
              0,
              1,
              0,
              3,
              Optional.empty());
      assertThat(drawn.get(0).toLongArray()).containsExactly(0, 1);
      assertThat(drawn.get(1).toFloatArray()[0]).isEqualTo(0);
      assertThat((double) drawn.get(1).toFloatArray()[1])
          .isCloseTo(-Math.log1p(Math.exp(-1)), within(1e-5));
    }
  }

  @Test
  void drawsFromTheShiftedLogitsAboveAShareOfTheMostProbable() {
    float[] logits = {2, 1, 0, -1, 3};
    float[] shift = {0, 1.5f, 0, 0, -100};
    try (NDManager manager = Torch.newManager()) {
      NDList drawn =
          ArrayOperations.sample(
              manager,
              manager.create(logits, new Shape(1, 5)),
              manager.create(new float[] {BELOW_ONE}),
              0.5,
              0,
              1,
              0.3,
              5,
              Optional.of(manager.create(shift, new Shape(1, 5))));
      // Of exp(2 * (logits + shift)), token 1 has most and token 0 has exp(-1) of that; token 2 has
      // exp(-5) of it.
      assertThat(drawn.get(0).getLong(0)).isEqualTo(1);
      assertThat((double) drawn.get(1).getFloat(0))
          .isCloseTo(Math.log(softmax(logits, 1)[1]), within(1e-5));
      assertThat((double) drawn.get(2).getFloat(0))
          .isCloseTo(-Math.log1p(Math.exp(-1)), within(1e-5));
    }
  }

  @Test
  void findsTheMostProbableTokensThatMayBeDrawn() {
    float[] logits = {2, 1, 0, -1, 3};
    try (NDManager manager = Torch.newManager()) {
      NDList found =
          ArrayOperations.likeliest(manager, manager.create(logits, new Shape(1, 5)), 2, 4);
      assertThat(found.get(0).toLongArray()).containsExactly(0, 1);
      double[] expected = softmax(logits, 1);
      assertThat((double) found.get(1).toFloatArray()[1])
          .isCloseTo(Math.log(expected[1]), within(1e-5));
    }
  }

  @Test
  void frequenciesAreTheSoftmax() {
    float[] logits = {0.3f, -1, 2, 0.5f, -3, 1};
    int draws = 60_000;
    Random random = new Random(12);
    float[] repeated = new float[draws * logits.length];
    float[] uniform = new float[draws];
    for (int i = 0; i < draws; i++) {
      System.arraycopy(logits, 0, repeated, i * logits.length, logits.length);
      uniform[i] = random.nextFloat();
    }
    try (NDManager manager = Torch.newManager()) {
      long[] tokens =
          ArrayOperations.sample(
                  manager,
                  manager.create(repeated, new Shape(draws, logits.length)),
                  manager.create(uniform),
                  1,
                  0,
                  1,
                  0,
                  logits.length,
                  Optional.empty())
              .get(0)
              .toLongArray();
      double[] expected = softmax(logits, 1);
      for (int token = 0; token < logits.length; token++) {
        int wanted = token;
        long count = Arrays.stream(tokens).filter(drawn -> drawn == wanted).count();
        double p = expected[token];
        assertThat((double) count).isCloseTo(draws * p, within(4 * Math.sqrt(draws * p * (1 - p))));
      }
    }
  }

  @Test
  void gradientsAreThoseOfTheLossAndZeroWhereItDoesNotDepend() {
    try (NDManager manager = Torch.newManager()) {
      NDArray first = leaf(manager, new float[] {1, -2, 3}, new Shape(3));
      NDArray unused = leaf(manager, new float[] {5, 6}, new Shape(1, 2));
      NDArray second = leaf(manager, new float[] {4}, new Shape(1));
      List<float[]> found =
          Torch.withGradients(
              true,
              () -> {
                NDArray loss = first.square().mul(second).sum();
                NDList gradients =
                    ArrayOperations.gradients(manager, loss, List.of(first, unused, second));
                assertThat(gradients.get(1).getShape()).isEqualTo(unused.getShape());
                return gradients.stream().map(NDArray::toFloatArray).toList();
              });
      assertThat(found.get(0)).containsExactly(8, -16, 24);
      assertThat(found.get(1)).containsExactly(0, 0);
      assertThat(found.get(2)).containsExactly(14);
    }
  }

  @Test
  void gradientsTakeASingleLeaf() {
    try (NDManager manager = Torch.newManager()) {
      NDArray leaf = leaf(manager, new float[] {2}, new Shape(1));
      NDList gradients =
          Torch.withGradients(
              true, () -> ArrayOperations.gradients(manager, leaf.square().sum(), List.of(leaf)));
      assertThat(gradients.singletonOrThrow().toFloatArray()).containsExactly(4);
    }
  }

  @Test
  void accumulatesInPlace() {
    try (NDManager manager = Torch.newManager()) {
      NDArray first = manager.create(new float[] {1, 2});
      NDArray second = manager.create(new float[] {3}, new Shape(1, 1));
      NDArray term = manager.create(new float[] {10, 20});
      int before = Torch.liveArrays();
      ArrayOperations.accumulate(
          manager,
          List.of(first, second),
          List.of(term, manager.create(new float[] {30}, new Shape(1, 1))));
      assertThat(Torch.liveArrays()).isEqualTo(before + 1);
      assertThat(first.toFloatArray()).containsExactly(11, 22);
      assertThat(second.toFloatArray()).containsExactly(33);
      assertThat(term.toFloatArray()).containsExactly(10, 20);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, 3})
  void adamwStepsLikeItsTwin(double clip) {
    double rate = 0.03;
    double decay = 0.1;
    Random random = new Random(4);
    Shape[] shapes = {new Shape(3, 4), new Shape(5), new Shape()};
    double[][] expected = new double[shapes.length][];
    double[][] first = new double[shapes.length][];
    double[][] second = new double[shapes.length][];
    try (NDManager manager = Torch.newManager()) {
      NDList parameters = new NDList();
      NDList firstArrays = new NDList();
      NDList secondArrays = new NDList();
      for (int i = 0; i < shapes.length; i++) {
        float[] values = normal(random, (int) shapes[i].size(), 1);
        expected[i] = IntStream.range(0, values.length).mapToDouble(j -> values[j]).toArray();
        first[i] = new double[values.length];
        second[i] = new double[values.length];
        parameters.add(leaf(manager, values, shapes[i]));
        firstArrays.add(manager.zeros(shapes[i]));
        secondArrays.add(manager.zeros(shapes[i]));
      }
      int clipped = 0;
      for (int step = 1; step <= 20; step++) {
        // Norms on both sides of the clip.
        float scale = step % 2 == 0 ? 0.05f : 2;
        NDList gradients = new NDList();
        double[][] gradient = new double[shapes.length][];
        double square = 0;
        for (int i = 0; i < shapes.length; i++) {
          float[] values = normal(random, (int) shapes[i].size(), scale);
          gradients.add(manager.create(values, shapes[i]));
          gradient[i] = IntStream.range(0, values.length).mapToDouble(j -> values[j]).toArray();
          square += Arrays.stream(gradient[i]).map(g -> g * g).sum();
        }
        double norm = Math.sqrt(square);
        double factor = clip > 0 ? Math.min(1, clip / (norm + 1e-6)) : 1;
        clipped += factor < 1 ? 1 : 0;
        for (int i = 0; i < shapes.length; i++) {
          for (int j = 0; j < expected[i].length; j++) {
            double g = gradient[i][j] * factor;
            first[i][j] = 0.9 * first[i][j] + 0.1 * g;
            second[i][j] = 0.99 * second[i][j] + 0.01 * g * g;
            double mean = first[i][j] / (1 - Math.pow(0.9, step));
            double deviation = Math.sqrt(second[i][j] / (1 - Math.pow(0.99, step))) + 1e-8;
            expected[i][j] -= rate * (decay * expected[i][j] + mean / deviation);
          }
        }
        float found =
            ArrayOperations.adamw(
                manager,
                parameters,
                gradients,
                firstArrays,
                secondArrays,
                step,
                rate,
                0.9,
                0.99,
                decay,
                1e-8,
                clip);
        assertThat((double) found).isCloseTo(norm, within(1e-5 * norm));
        for (int i = 0; i < shapes.length; i++) {
          assertClose(parameters.get(i), expected[i]);
          assertClose(firstArrays.get(i), first[i]);
          assertClose(secondArrays.get(i), second[i]);
        }
      }
      assertThat(clipped).isEqualTo(clip > 0 ? 10 : 0);
    }
  }

  private static void assertClose(NDArray array, double[] expected) {
    float[] found = array.toFloatArray();
    assertThat(found).hasSize(expected.length);
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i]).isCloseTo(expected[i], within(5e-6));
    }
  }

  /** The distribution that truncation leaves, not normalised. */
  private static double[] truncated(float[] logits, double temperature, int topK, double topP) {
    int[] order =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.comparing(i -> -logits[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] kept = new double[logits.length];
    if (temperature == 0) {
      kept[order[0]] = 1;
      return kept;
    }
    double[] all = softmax(logits, temperature);
    int count = topK == 0 ? logits.length : Math.min(topK, logits.length);
    double total = Arrays.stream(order).limit(count).mapToDouble(i -> all[i]).sum();
    double before = 0;
    for (int rank = 0; rank < count && before < topP; rank++) {
      kept[order[rank]] = all[order[rank]] / total;
      before += kept[order[rank]];
    }
    return kept;
  }

  private static int invert(double[] weights, double uniform) {
    double target = Math.max(0, uniform) * Arrays.stream(weights).sum();
    double cumulative = 0;
    int last = 0;
    for (int token = 0; token < weights.length; token++) {
      cumulative += weights[token];
      if (weights[token] > 0) {
        last = token;
        if (cumulative > target) {
          return token;
        }
      }
    }
    return last;
  }

  private static double[] softmax(float[] logits, double temperature) {
    double largest = IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElse(0);
    double[] exponentials =
        IntStream.range(0, logits.length)
            .mapToDouble(i -> Math.exp((logits[i] - largest) / temperature))
            .toArray();
    double sum = Arrays.stream(exponentials).sum();
    return Arrays.stream(exponentials).map(value -> value / sum).toArray();
  }

  private static float[] normal(Random random, int count, float scale) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = scale * (float) random.nextGaussian();
    }
    return values;
  }

  private static NDArray leaf(NDManager manager, float[] values, Shape shape) {
    NDArray leaf = manager.create(values, shape);
    leaf.setRequiresGradient(true);
    return leaf;
  }
}
