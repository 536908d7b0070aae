package dev.clp.runtime.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.Combination;
import dev.clp.api.Example;
import dev.clp.api.Policy;
import dev.clp.api.PolicyTerm;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.decoder.DecoderModel;
import dev.clp.runtime.rollout.DecodingSession.Row;
import dev.clp.runtime.rollout.DecodingSession.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodingSessionTest {

  private static final long END = 2;

  /** The engine's kernels add in another order where a batch has another size. */
  private static final double TOLERANCE = 1e-5;

  private NDManager manager;
  private TextTokenizer tokenizer;
  private Generator generator;
  private DecoderModel model;
  private List<Policy> policies;

  @BeforeEach
  void open() {
    manager = Torch.newManager();
    tokenizer = TinyModels.tokenizer();
    generator = Generator.of(tokenizer, Set.of(END));
    model = TinyModels.llama(manager, TinyModels.VOCABULARY, true, 1);
    DecoderModel other = TinyModels.llama(manager, TinyModels.VOCABULARY, false, 2);
    float[] soft = new float[3 * 16];
    for (int i = 0; i < soft.length; i++) {
      soft[i] = (float) Math.sin(i);
    }
    NDArray prefix = manager.create(soft, new Shape(3, 16));
    policies =
        List.of(
            Policy.of(model),
            Policy.mixture(List.of(1.5, -0.5), List.of(model, other)),
            Policy.combining(
                List.of(model, other),
                (Combination.Custom) logits -> logits.get(0).mul(0.5f).add(logits.get(1).tanh())),
            Policy.of(new PolicyTerm(other, UnaryOperator.identity(), Optional.of(prefix))),
            Policy.of(new PolicyTerm(other, prompt -> "red owl " + prompt, Optional.empty())));
  }

  @AfterEach
  void close() {
    tokenizer.close();
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void aResponseDependsOnItsRequestAlone(int seed) {
    Random random = new Random(seed);
    List<Request> requests = requests(random, 40);
    List<Row> finished = new ArrayList<>();
    int before = Torch.liveArrays();
    try (DecodingSession session = generator.open(manager)) {
      List<Request> waiting = new ArrayList<>(requests);
      List<Row> running = new ArrayList<>();
      while (!waiting.isEmpty() || session.rows() > 0) {
        // Some steps admit nobody, some several, some only after all rows are over.
        for (int i = random.nextInt(6); i > 2 && !waiting.isEmpty(); i--) {
          running.add(session.admit(waiting.remove(0)));
        }
        if (random.nextInt(4) == 0) {
          Row dropped = session.admit(requests.get(random.nextInt(requests.size())));
          running.add(dropped);
        }
        session.step();
        for (Row row : List.copyOf(running)) {
          if (row.state() == State.ENDED) {
            finished.add(row);
            running.remove(row);
          } else if (random.nextInt(12) == 0 && running.size() > 1 && finished.size() > 5) {
            session.cancel(row);
            running.remove(row);
          }
        }
      }
      assertThat(session.step()).isEmpty();
    }
    assertThat(Torch.liveArrays()).isEqualTo(before);
    assertThat(finished).hasSizeGreaterThan(20);
    Map<Request, Rollout> alone = new HashMap<>();
    for (Row row : finished) {
      Rollout expected =
          alone.computeIfAbsent(
              row.request(), each -> generator.generate(manager, List.of(each)).get(0));
      Rollout found = generator.rollout(row);
      assertThat(found.response()).as("%s", row.request()).isEqualTo(expected.response());
      assertThat(found.text()).isEqualTo(expected.text());
      assertThat(found.logProbability())
          .isCloseTo(expected.logProbability(), within(TOLERANCE * found.response().length()));
      assertThat(found.samplingLogProbability())
          .isCloseTo(
              expected.samplingLogProbability(), within(TOLERANCE * found.response().length()));
    }
  }

  /** Rows overlap without end, so that the columns of every one are used again. */
  @Test
  void theCacheStaysBoundedHoweverLongTheSession() {
    SamplingOptions options = SamplingOptions.faithful(20);
    Generator endless = Generator.of(tokenizer, Set.of());
    List<Row> rows = new ArrayList<>();
    long largestEarly = 0;
    long largestLate = 0;
    try (DecodingSession session = endless.open(manager)) {
      for (int step = 0; step < 600; step++) {
        if (step % 5 == 0) {
          rows.add(session.admit(request(policies.get(0), 1 + step % 7, options, step)));
        }
        session.step();
        long size = manager.getManagedArrays().stream().mapToLong(NDArray::size).sum();
        if (step < 200) {
          largestEarly = Math.max(largestEarly, size);
        } else {
          largestLate = Math.max(largestLate, size);
        }
      }
    }
    assertThat(largestLate).isLessThanOrEqualTo(largestEarly);
    List<Row> ended = rows.stream().filter(row -> row.state() == State.ENDED).toList();
    assertThat(ended).hasSizeGreaterThan(110);
    for (int i = 0; i < ended.size(); i += 9) {
      assertThat(ended.get(i).response())
          .isEqualTo(endless.generate(manager, List.of(ended.get(i).request())).get(0).response());
    }
  }

  @Test
  void aFinishedRowKeepsItsTokensAndACancelledOneIsNoResponse() {
    Generator endless = Generator.of(tokenizer, Set.of());
    SamplingOptions options = SamplingOptions.faithful(10);
    try (DecodingSession session = endless.open(manager)) {
      Row finished = session.admit(request(policies.get(0), 3, options, 1));
      Row cancelled = session.admit(request(policies.get(0), 5, options, 2));
      Row never = session.admit(request(policies.get(1), 5, options, 3));
      session.cancel(never);
      assertThat(session.rows()).isEqualTo(2);
      assertThat(session.step()).containsExactly(finished, cancelled);
      assertThat(session.step()).containsExactly(finished, cancelled);
      session.finish(finished);
      session.cancel(cancelled);
      assertThat(session.rows()).isZero();
      assertThat(session.step()).isEmpty();
      Rollout whole = endless.generate(manager, List.of(finished.request())).get(0);
      assertThat(finished.response().toArray())
          .containsExactly(whole.response().toArray()[0], whole.response().toArray()[1]);
      assertThat(finished.logProbabilities()).hasSize(2);
      assertThat(endless.rollout(finished).response()).isEqualTo(finished.response());
      assertThat(never.response().length()).isZero();
      assertThatThrownBy(() -> endless.rollout(cancelled)).hasMessageContaining("CANCELLED");
      // The session goes on with others.
      Row later = session.admit(finished.request());
      while (session.rows() > 0) {
        assertThat(session.step()).containsExactly(later);
      }
      assertThat(later.response()).isEqualTo(whole.response());
    }
  }

  @Test
  void aRequestThatDoesNotFitHarmsNoOther() {
    SamplingOptions options = SamplingOptions.faithful(20);
    Request good = request(policies.get(3), 4, options, 7);
    try (DecodingSession session = generator.open(manager)) {
      Row row = session.admit(good);
      assertThatThrownBy(() -> session.admit(request(policies.get(3), 42, options, 8)))
          .isInstanceOf(UserException.class)
          .hasMessageContainingAll("45 tokens", "64 positions");
      while (session.rows() > 0) {
        session.step();
      }
      assertThat(row.response())
          .isEqualTo(generator.generate(manager, List.of(good)).get(0).response());
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.7, 1})
  void logitsThatAreNoNumbersAreAnErrorThatNamesTheExample(double temperature) {
    DecoderModel broken =
        model.bind(
            Map.of(
                "lm_head.weight", manager.full(new Shape(TinyModels.VOCABULARY, 16), Float.NaN)));
    Request request = request(Policy.of(broken), 3, new SamplingOptions(5, temperature, 0, 1), 4);
    assertThatThrownBy(() -> generator.generate(manager, List.of(request)))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("'example-4'", "not finite");
  }

  @Test
  void aCombinationOfAnotherShapeIsNamed() {
    Policy wrong =
        Policy.combining(
            List.of(model, model), (Combination.Custom) logits -> logits.get(0).sum(new int[] {1}));
    Request request = request(wrong, 3, SamplingOptions.faithful(5), 4);
    assertThatThrownBy(() -> generator.generate(manager, List.of(request)))
        .hasMessageContainingAll("combination", "(1, 12)", "(1)");
  }

  private List<Request> requests(Random random, int count) {
    List<SamplingOptions> laws =
        List.of(
            SamplingOptions.faithful(12),
            SamplingOptions.faithful(25),
            new SamplingOptions(18, 0.7, 5, 0.9),
            new SamplingOptions(9, 0, 0, 1));
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      requests.add(
          request(
              policies.get(random.nextInt(policies.size())),
              1 + random.nextInt(9),
              laws.get(random.nextInt(laws.size())),
              i));
    }
    return requests;
  }

  private Request request(Policy policy, int promptTokens, SamplingOptions options, int number) {
    long[] prompt = new Random(number).longs(promptTokens, 3, TinyModels.VOCABULARY).toArray();
    prompt[0] = 1;
    return new Request(
        policy,
        Example.of("example-" + number, tokenizer.decode(prompt)),
        Tokens.of(prompt),
        options,
        RandomStreams.derive(9, "test", number));
  }
}
