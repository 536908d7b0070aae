package dev.clp.runtime.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Example;
import dev.clp.api.Model;
import dev.clp.api.Policy;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.decoder.DecoderModel;
import dev.clp.runtime.model.decoder.LlamaTwins;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratorTest {

  private static final long END = 2;
  private static final int LONGEST = 14;

  private NDManager manager;
  private TextTokenizer tokenizer;
  private Generator generator;
  private DecoderModel model;

  @BeforeEach
  void open() {
    manager = Torch.newManager();
    tokenizer = TinyModels.tokenizer();
    generator = Generator.of(tokenizer, Set.of(END));
    model = TinyModels.llama(manager, TinyModels.VOCABULARY, true, 1);
  }

  @AfterEach
  void close() {
    tokenizer.close();
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 1", "0.7, 5, 0.9", "0, 0, 1"})
  void aResponseDependsOnItsStreamAndNothingElse(double temperature, int topK, double topP) {
    SamplingOptions options = new SamplingOptions(LONGEST, temperature, topK, topP);
    List<Request> requests = requests(17);
    List<Rollout> together = generate(generator, Policy.of(model), requests, options);
    List<Request> reordered = new ArrayList<>(requests);
    Collections.shuffle(reordered, new Random(1));
    List<Rollout> shuffled = generate(generator, Policy.of(model), reordered, options);
    for (int i = 0; i < requests.size(); i++) {
      Rollout expected = together.get(i);
      assertThat(expected.example()).isEqualTo(requests.get(i).example());
      assertThat(expected.prompt()).isEqualTo(requests.get(i).prompt());
      Rollout alone =
          generate(generator, Policy.of(model), List.of(requests.get(i)), options).get(0);
      assertSame(alone, expected);
      assertSame(shuffled.get(reordered.indexOf(requests.get(i))), expected);
    }
  }

  @Test
  void differentStreamsGiveDifferentResponses() {
    Tokens prompt = Tokens.of(1, 5);
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      requests.add(request("x", prompt, i));
    }
    assertThat(faithful(Policy.of(model), requests).stream().map(Rollout::response).distinct())
        .hasSizeGreaterThan(5);
  }

  @Test
  void endsAtTheEndOfSequenceOrAtTheLongestResponse() {
    List<Rollout> rollouts = faithful(Policy.of(model), requests(60));
    int ended = 0;
    for (Rollout rollout : rollouts) {
      long[] tokens = rollout.response().toArray();
      assertThat(tokens.length).isBetween(1, LONGEST);
      for (int i = 0; i < tokens.length - 1; i++) {
        assertThat(tokens[i]).isNotEqualTo(END);
      }
      if (tokens[tokens.length - 1] == END) {
        ended++;
      } else {
        assertThat(tokens).hasSize(LONGEST);
      }
      assertThat(rollout.text()).doesNotContain("<");
      String words = rollout.text().strip();
      long count = words.isEmpty() ? 0 : words.split(" ", -1).length;
      long plain = Arrays.stream(tokens).filter(token -> token > END).count();
      assertThat(count).isEqualTo(plain);
    }
    assertThat(ended).isBetween(1, rollouts.size() - 1);
  }

  @Test
  void goesOnToTheLongestResponseWithoutAnEndOfSequence() {
    assertThat(
            generate(
                Generator.of(tokenizer, Set.of()),
                Policy.of(model),
                requests(20),
                SamplingOptions.faithful(LONGEST)))
        .allSatisfy(rollout -> assertThat(rollout.response().length()).isEqualTo(LONGEST));
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 1", "0.5, 18, 0.9", "0, 0, 1"})
  void idsBehindTheTokenizersLastAreNeverDrawn(double temperature, int topK, double topP) {
    DecoderModel padded = TinyModels.llama(manager, TinyModels.VOCABULARY + 20, true, 1);
    List<Rollout> rollouts =
        generate(
            generator,
            Policy.of(padded),
            requests(30),
            new SamplingOptions(LONGEST, temperature, topK, topP));
    double[] forced = PolicyLoss.logProbabilities(manager, padded, rollouts);
    for (int i = 0; i < forced.length; i++) {
      assertThat(Arrays.stream(rollouts.get(i).response().toArray()).max().orElseThrow())
          .isLessThan(TinyModels.VOCABULARY);
      assertThat(rollouts.get(i).logProbability())
          .as("under the policy, which has them")
          .isCloseTo(forced[i], within(1e-4));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0, 1", "0.5, 3, 0.8"})
  void theLogProbabilityIsThatOfThePolicyItself(double temperature, int topK, double topP) {
    List<Rollout> rollouts =
        generate(
            generator,
            Policy.of(model),
            requests(30),
            new SamplingOptions(LONGEST, temperature, topK, topP));
    double[] forced = PolicyLoss.logProbabilities(manager, model, rollouts);
    for (int i = 0; i < forced.length; i++) {
      assertThat(rollouts.get(i).logProbability()).isCloseTo(forced[i], within(1e-4));
      assertThat(forced[i])
          .isCloseTo(combined(rollouts.get(i), List.of(1.0), List.of(model)), within(1e-4));
    }
  }

  @Test
  void twoHalvesOfOneModelAreTheModel() {
    List<Request> requests = requests(20);
    List<Rollout> halves =
        faithful(Policy.mixture(List.of(0.5, 0.5), List.of(model, model)), requests);
    List<Rollout> whole = faithful(Policy.of(model), requests);
    for (int i = 0; i < halves.size(); i++) {
      assertSame(halves.get(i), whole.get(i));
    }
  }

  @Test
  void mixturesExtrapolate() {
    DecoderModel other = TinyModels.llama(manager, TinyModels.VOCABULARY, false, 2);
    List<Double> weights = List.of(2.0, -1.0);
    List<DecoderModel> models = List.of(model, other);
    Policy policy = Policy.mixture(weights, List.<Model>copyOf(models));
    for (Rollout rollout : faithful(policy, requests(20))) {
      assertThat(rollout.logProbability())
          .isCloseTo(combined(rollout, weights, models), within(1e-4));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void leavesNoArrayBehindAndTheGradientModeAlone(boolean gradients) {
    DecoderModel other = TinyModels.llama(manager, TinyModels.VOCABULARY, false, 2);
    Policy policy = Policy.mixture(List.of(0.3, 0.7), List.of(model, other));
    List<Request> requests = requests(17);
    int before = Torch.liveArrays();
    Torch.withGradients(
        gradients,
        () -> {
          faithful(Policy.of(model), requests);
          faithful(policy, requests);
          assertThat(ai.djl.pytorch.jni.JniUtils.isGradMode()).isEqualTo(gradients);
          return null;
        });
    assertThat(Torch.liveArrays()).isEqualTo(before);
  }

  @Test
  void leavesNoArrayBehindAfterAnException() {
    int before = Torch.liveArrays();
    List<Request> tooLong = List.of(request("x", Tokens.of(new long[60]), 0));
    assertThatThrownBy(() -> faithful(Policy.of(model), tooLong)).hasMessageContaining("positions");
    assertThat(Torch.liveArrays()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0, 1",
    "1, -1, 0, 1",
    "1, NaN, 0, 1",
    "1, Infinity, 0, 1",
    "1, 1, -1, 1",
    "1, 1, 0, 0",
    "1, 1, 0, 2"
  })
  void refusesOptionsOutOfRange(int longest, double temperature, int topK, double topP) {
    assertThatThrownBy(() -> new SamplingOptions(longest, temperature, topK, topP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("top-p");
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-30, 1e-45, Double.MIN_VALUE})
  void theSmallestTemperaturesTakeTheLikeliestToken(double temperature) {
    List<Request> requests = requests(3);
    List<Rollout> greedy =
        generate(generator, Policy.of(model), requests, new SamplingOptions(LONGEST, 0, 0, 1));
    List<Rollout> cold =
        generate(
            generator, Policy.of(model), requests, new SamplingOptions(LONGEST, temperature, 0, 1));
    assertThat(cold)
        .extracting(Rollout::response)
        .isEqualTo(greedy.stream().map(Rollout::response).toList());
  }

  private List<Rollout> faithful(Policy policy, List<Request> requests) {
    return generate(generator, policy, requests, SamplingOptions.faithful(LONGEST));
  }

  private List<Rollout> generate(
      Generator from, Policy policy, List<Request> requests, SamplingOptions options) {
    return from.generate(
        manager,
        requests.stream()
            .map(r -> new Request(policy, r.example(), r.prompt(), options, r.stream()))
            .toList());
  }

  private static void assertSame(Rollout found, Rollout expected) {
    assertThat(found.response()).isEqualTo(expected.response());
    assertThat(found.text()).isEqualTo(expected.text());
    assertThat(found.logProbability()).isCloseTo(expected.logProbability(), within(1e-5));
  }

  /** The log-probability under the weighted sum of plain forward passes' logits. */
  private double combined(Rollout rollout, List<Double> weights, List<DecoderModel> models) {
    long[] sequence = rollout.prompt().then(rollout.response()).toArray();
    double[] logits = new double[sequence.length * TinyModels.VOCABULARY];
    try (NDManager scope = manager.newSubManager()) {
      for (int term = 0; term < models.size(); term++) {
        float[] own = LlamaTwins.logits(scope, models.get(term), sequence).toFloatArray();
        for (int i = 0; i < own.length; i++) {
          logits[i] += weights.get(term) * own[i];
        }
      }
    }
    double total = 0;
    for (int i = rollout.prompt().length(); i < sequence.length; i++) {
      int row = (i - 1) * TinyModels.VOCABULARY;
      double sum = 0;
      for (int token = 0; token < TinyModels.VOCABULARY; token++) {
        sum += Math.exp(logits[row + token]);
      }
      total += logits[row + (int) sequence[i]] - Math.log(sum);
    }
    return total;
  }

  private List<Request> requests(int count) {
    Random random = new Random(count);
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long[] prompt = random.longs(1 + i % 6, 3, TinyModels.VOCABULARY).toArray();
      prompt[0] = 1;
      requests.add(request("example-" + i, Tokens.of(prompt), RandomStreams.derive(9, "test", i)));
    }
    return requests;
  }

  private Request request(String id, Tokens prompt, long stream) {
    return new Request(
        Policy.of(model), Example.of(id, ""), prompt, SamplingOptions.faithful(LONGEST), stream);
  }
}
