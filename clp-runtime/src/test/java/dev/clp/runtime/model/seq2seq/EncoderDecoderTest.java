package dev.clp.runtime.model.seq2seq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.ParameterGroup;
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
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The batched, fused, cached program against the plain forward pass in double precision. */
class EncoderDecoderTest {

  private static final int VOCABULARY = 13;
  private static final double[][] NO_PREFIX = {};

  private final NDManager manager = Torch.newManager();

  static List<Seq2SeqArchitecture> shapes() {
    return List.of(
        TinySeq2Seq.t5(VOCABULARY), TinySeq2Seq.flan(VOCABULARY), TinySeq2Seq.bart(VOCABULARY));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void teacherForcedLogitsEqualThoseOfThePlainForwardPass(Seq2SeqArchitecture shape) {
    EncoderDecoder model = TinySeq2Seq.model(manager, shape, 1);
    Seq2SeqTwin twin = new Seq2SeqTwin(shape, model.parameters());
    // Some rows share a prompt, two are the same but for their last token, one scores nothing.
    List<long[]> sequences = sequences(new int[] {9, 23, 4, 40, 7});
    List<Integer> scored = new ArrayList<>(List.of(3, 20, 1, 5, 0));
    sequences.add(sequences.get(3).clone());
    sequences.get(5)[39] = (sequences.get(3)[39] + 1) % VOCABULARY;
    scored.add(5);
    sequences.add(Arrays.copyOf(sequences.get(3), 37));
    scored.add(2);
    float[] found = model.logits(manager, new TokenBatch(sequences, scored)).toFloatArray();
    int at = 0;
    for (int row = 0; row < sequences.size(); row++) {
      long[] sequence = sequences.get(row);
      int prompt = sequence.length - scored.get(row);
      double[][] expected =
          twin.logits(
              NO_PREFIX,
              Arrays.copyOf(sequence, prompt),
              Arrays.copyOfRange(sequence, prompt, Math.max(prompt, sequence.length - 1)));
      for (int i = 0; i < scored.get(row); i++) {
        for (double logit : expected[i]) {
          assertThat((double) found[at++]).isCloseTo(logit, within(2e-5));
        }
      }
    }
    assertThat(at).isEqualTo(found.length);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void rowsThatComeAndGoEqualThePlainForwardPass(Seq2SeqArchitecture shape) {
    EncoderDecoder plain = TinySeq2Seq.model(manager, shape, 2);
    double[][] prefix = random(3, 8);
    EncoderDecoder model = plain.prefixed(manager.create(floats(prefix), new Shape(3, 8)));
    Seq2SeqTwin twin = new Seq2SeqTwin(shape, plain.parameters());
    CausalModel.Decoder decoder = model.decoder(manager);
    Random random = new Random(3);
    Rows rows = new Rows(twin, prefix, decoder, random);
    rows.admit(new int[] {0, 1, 2}, 5, 2, 5);
    rows.step();
    rows.step();
    rows.release(1);
    rows.step();
    // A longer prompt takes the place, and a shorter one a new place.
    rows.admit(new int[] {1, 3}, 11, 1);
    rows.step();
    rows.keep(new int[] {1, 3});
    for (int i = 0; i < 30; i++) {
      // Responses follow each other for longer than any cache was made for.
      rows.release(i % 2);
      rows.admit(new int[] {i % 2}, 1 + i % 4);
      rows.step();
      rows.step();
    }
    rows.keep(new int[] {});
    rows.admit(new int[] {0, 1}, 2, 2);
    rows.step();
    assertThat(rows.compared).isGreaterThan(100);
  }

  /** Rows of a decoder, each compared with the plain forward pass after every step. */
  private final class Rows {

    private final Seq2SeqTwin twin;
    private final double[][] prefix;
    private final CausalModel.Decoder decoder;
    private final Random random;
    private List<long[]> prompts = new ArrayList<>();
    private List<long[]> responses = new ArrayList<>();
    private int compared;

    Rows(Seq2SeqTwin twin, double[][] prefix, CausalModel.Decoder decoder, Random random) {
      this.twin = twin;
      this.prefix = prefix;
      this.decoder = decoder;
      this.random = random;
    }

    void admit(int[] places, int... lengths) {
      long[][] read = new long[places.length][];
      for (int i = 0; i < places.length; i++) {
        read[i] = random.longs(lengths[i], 0, VOCABULARY).toArray();
        if (places[i] == prompts.size()) {
          prompts.add(null);
          responses.add(null);
        }
        prompts.set(places[i], read[i]);
        responses.set(places[i], new long[0]);
      }
      int[] longest = new int[places.length];
      Arrays.fill(longest, 8);
      NDArray logits = decoder.admit(places, read, longest);
      for (int i = 0; i < places.length; i++) {
        compare(places[i], logits.get(i));
      }
    }

    void step() {
      long[] tokens = random.longs(prompts.size(), 0, VOCABULARY).toArray();
      NDArray logits = decoder.step(manager.create(tokens));
      for (int row = 0; row < prompts.size(); row++) {
        if (prompts.get(row) != null) {
          responses.set(row, joined(responses.get(row), tokens[row]));
          compare(row, logits.get(row));
        }
      }
    }

    void release(int row) {
      decoder.release(row);
      prompts.set(row, null);
    }

    void keep(int[] kept) {
      decoder.keep(kept);
      prompts = new ArrayList<>(Arrays.stream(kept).mapToObj(prompts::get).toList());
      responses = new ArrayList<>(Arrays.stream(kept).mapToObj(responses::get).toList());
    }

    private void compare(int row, NDArray logits) {
      double[][] expected = twin.logits(prefix, prompts.get(row), responses.get(row));
      float[] found = logits.toFloatArray();
      for (int token = 0; token < VOCABULARY; token++) {
        assertThat((double) found[token])
            .isCloseTo(expected[expected.length - 1][token], within(2e-5));
      }
      compared++;
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void surrogateHasTheGradientOfItsWeightedLogProbabilities(Seq2SeqArchitecture shape) {
    EncoderDecoder plain = TinySeq2Seq.model(manager, shape, 4);
    double[][] soft = random(2, 8);
    NDArray prefix = manager.create(floats(soft), new Shape(2, 8));
    EncoderDecoder model = plain.prefixed(prefix);
    List<NDArray> leaves = new ArrayList<>(model.parameters().asMap().values());
    leaves.add(prefix);
    leaves.forEach(leaf -> leaf.setRequiresGradient(true));
    TokenBatch batch = new TokenBatch(sequences(new int[] {9, 14}), List.of(4, 3));
    float[] coefficients = {0.4f, -0.3f, 0.2f, 0.5f, -0.6f, 0.1f, 0.3f};
    NDArray factors = manager.create(coefficients);
    List<float[]> found =
        Torch.withGradients(
            true,
            () -> {
              CausalModel.Surrogate surrogate = model.surrogate(manager, batch, factors);
              assertThat(surrogate.logProbabilities().toFloatArray())
                  .containsExactly(
                      model.logProbabilities(manager, batch).toFloatArray(), within(1e-5f));
              return floats(ArrayOperations.gradients(manager, surrogate.scalar(), leaves));
            });
    List<float[]> ofLogits =
        Torch.withGradients(
            true,
            () -> {
              NDArray chosen =
                  model
                      .logits(manager, batch)
                      .logSoftmax(-1)
                      .gather(batch.targets(manager).reshape(new Shape(coefficients.length, 1)), 1)
                      .reshape(coefficients.length);
              return floats(ArrayOperations.gradients(manager, chosen.mul(factors).sum(), leaves));
            });
    List<String> names = List.copyOf(model.parameters().names());
    Seq2SeqTwin twin = new Seq2SeqTwin(shape, plain.parameters());
    Random random = new Random(5);
    for (int i = 0; i < leaves.size(); i++) {
      assertThat(found.get(i)).containsExactly(ofLogits.get(i), within(2e-5f));
      if (i < names.size()) {
        double[] array = twin.array(names.get(i));
        for (int each = 0; each < 3; each++) {
          int at = largest(found.get(i), random, each);
          double before = array[at];
          double step = 1e-5;
          array[at] = before + step;
          double above = objective(twin, soft, batch, coefficients);
          array[at] = before - step;
          double below = objective(twin, soft, batch, coefficients);
          array[at] = before;
          assertThat((double) found.get(i)[at])
              .as(names.get(i))
              .isCloseTo((above - below) / (2 * step), within(2e-4));
        }
      }
    }
  }

  /** Returns where the greatest gradient stands, or, later on, any place. */
  private static int largest(float[] values, Random random, int each) {
    int largest = 0;
    for (int i = 0; i < values.length; i++) {
      largest = Math.abs(values[i]) > Math.abs(values[largest]) ? i : largest;
    }
    return each == 0 ? largest : random.nextInt(values.length);
  }

  private static double objective(
      Seq2SeqTwin twin, double[][] prefix, TokenBatch batch, float[] coefficients) {
    double sum = 0;
    int at = 0;
    for (int row = 0; row < batch.sequences().size(); row++) {
      long[] sequence = batch.sequences().get(row);
      int prompt = sequence.length - batch.scored().get(row);
      double[][] logits =
          twin.logits(
              prefix,
              Arrays.copyOf(sequence, prompt),
              Arrays.copyOfRange(sequence, prompt, sequence.length - 1));
      for (int i = 0; i < logits.length; i++) {
        double total = Arrays.stream(logits[i]).map(Math::exp).sum();
        sum += coefficients[at++] * (logits[i][(int) sequence[prompt + i]] - Math.log(total));
      }
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void groupsPartTheParametersByTheirNames(Seq2SeqArchitecture shape) {
    EncoderDecoder model = TinySeq2Seq.model(manager, shape, 6);
    List<String> members = new ArrayList<>();
    for (ParameterGroup group : ParameterGroup.values()) {
      assertThat(model.names(group)).isNotEmpty();
      members.addAll(model.names(group));
    }
    if (shape.tied()) {
      members.remove(shape.outputLayer());
    }
    assertThat(members).containsExactlyInAnyOrderElementsOf(model.parameters().names());
    assertThat(model.names(ParameterGroup.EMBEDDING).iterator().next())
        .isEqualTo(shape.embedding());
    assertThat(model.names(ParameterGroup.ATTENTION))
        .allMatch(name -> name.contains("Attention") || name.contains("_attn"))
        .anyMatch(name -> name.contains("EncDec") || name.contains("encoder_attn"));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void everyParameterHasAPlaceInTheProgram(Seq2SeqArchitecture shape) {
    List<String> order = new ArrayList<>(shape.order());
    order.removeIf(String::isEmpty);
    assertThat(order)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(shapesWithOutput(shape));
  }

  private static List<String> shapesWithOutput(Seq2SeqArchitecture shape) {
    return List.copyOf(shape.withTied(false).shapes().keySet());
  }

  @Test
  void bindingTheOutputLayerKeepsTheScaleOfT5() {
    T5Config shape = TinySeq2Seq.t5(VOCABULARY);
    EncoderDecoder tied = TinySeq2Seq.model(manager, shape, 7);
    EncoderDecoder untied =
        tied.bind(Map.of(shape.outputLayer(), tied.parameter(shape.embedding()).mul(2f)));
    TokenBatch batch = new TokenBatch(sequences(new int[] {6}), List.of(2));
    float[] single = tied.logits(manager, batch).toFloatArray();
    float[] doubled = untied.logits(manager, batch).toFloatArray();
    for (int i = 0; i < single.length; i++) {
      assertThat((double) doubled[i]).isCloseTo(2 * single[i], within(1e-5));
    }
  }

  @Test
  void promptsAndResponsesHaveALimitEach() {
    EncoderDecoder model = TinySeq2Seq.model(manager, TinySeq2Seq.t5(VOCABULARY), 8);
    model.checkPositions(48, 48);
    assertThatThrownBy(() -> model.checkPositions(49, 1))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("49", "48", "encoder", "n_positions");
    assertThatThrownBy(() -> model.checkPositions(1, 49))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("49", "48", "decoder", "max-new-tokens");
    EncoderDecoder soft = model.prefixed(manager.zeros(new Shape(2, 8)));
    assertThatThrownBy(() -> soft.checkPositions(47, 1)).isInstanceOf(UserException.class);
    assertThatThrownBy(() -> model.prefixed(manager.zeros(new Shape(2, 7))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(tokens, 8)");
  }

  private static double[][] random(int rows, int columns) {
    Random random = new Random(9);
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      Arrays.setAll(row, i -> (float) random.nextGaussian());
    }
    return values;
  }

  private static float[] floats(double[][] values) {
    float[] flat = new float[values.length * values[0].length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) values[i / values[0].length][i % values[0].length];
    }
    return flat;
  }

  private static List<float[]> floats(NDList arrays) {
    return arrays.stream().map(NDArray::toFloatArray).toList();
  }

  private static List<long[]> sequences(int[] lengths) {
    Random random = new Random(lengths.length);
    List<long[]> sequences = new ArrayList<>();
    for (int length : lengths) {
      sequences.add(random.longs(length, 0, VOCABULARY).toArray());
    }
    return sequences;
  }

  private static long[] joined(long[] tokens, long next) {
    return LongStream.concat(Arrays.stream(tokens), LongStream.of(next)).toArray();
  }
}
