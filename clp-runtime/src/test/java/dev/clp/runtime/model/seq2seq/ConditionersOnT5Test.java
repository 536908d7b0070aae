package dev.clp.runtime.model.seq2seq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Conditioner;
import dev.clp.api.Example;
import dev.clp.api.FrozenModels;
import dev.clp.api.KlRange;
import dev.clp.api.Model;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import dev.clp.runtime.Components;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.rollout.Conditioning;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.PolicyLoss;
import dev.clp.runtime.rollout.PromptReader;
import dev.clp.runtime.rollout.Request;
import dev.clp.runtime.rollout.Rollout;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.rollout.Tokens;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every bundled mechanism on a T5 with a tied output: sampled, scored and differentiated. */
class ConditionersOnT5Test {

  private static final int VOCABULARY = 13;
  private static final TestContext CONTEXT =
      new TestContext(List.of("first", "second"), new KlRange(0.05, 0.2, KlRange.Scale.UNIFORM));

  /** A token stands for the text up to it, so that every word of a prompt matters. */
  private static final PromptReader PROMPTS =
      new PromptReader(
          text ->
              IntStream.rangeClosed(1, text.length())
                  .mapToLong(end -> Math.floorMod(text.substring(0, end).hashCode(), VOCABULARY))
                  .toArray());

  private final NDManager manager = Torch.newManager();

  static Stream<String> conditioners() {
    return Components.names(Conditioner.class);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @MethodSource("conditioners")
  void samplesWhatItScoresAndLearnsEveryParameter(String name) {
    Conditioner conditioner = Components.withDefaults(Conditioner.class, name, CONTEXT);
    T5Config shape = TinySeq2Seq.t5(VOCABULARY).withMaxPositions(512);
    FrozenModels frozen =
        new FrozenModels(
            TinySeq2Seq.model(manager, shape, 1),
            IntStream.range(0, conditioner.experts(2).size())
                .<Model>mapToObj(i -> TinySeq2Seq.model(manager, shape, 2 + i))
                .toList());
    Parameters parameters = moved(conditioner.initialise(frozen, new SplittableRandom(1)));
    double[] first = scores(conditioner, frozen, parameters, Weighting.corner(2, 0, 0.05));
    double[] second = scores(conditioner, frozen, parameters, Weighting.corner(2, 1, 0.2));
    assertThat(first).as("scores at another weighting").isNotEqualTo(second);
    Weighting uneven = Weighting.ofProportions(new double[] {1, 2}, 0.1);
    if (!parameters.names().isEmpty()) {
      gradientsReach(conditioner, frozen, parameters, uneven);
    }
  }

  private Parameters moved(Parameters initial) {
    Random random = new Random(5);
    Map<String, NDArray> moved = new LinkedHashMap<>();
    initial
        .asMap()
        .forEach(
            (name, array) -> {
              float[] values = array.toFloatArray();
              for (int i = 0; i < values.length; i++) {
                values[i] += 0.2f * (float) random.nextGaussian();
              }
              NDArray leaf = manager.create(values, array.getShape());
              leaf.setRequiresGradient(true);
              moved.put(name, leaf);
            });
    return new Parameters(moved);
  }

  /**
   * Returns log-probabilities of fixed responses, after checking that sampled ones are scored as
   * they were drawn.
   */
  private double[] scores(
      Conditioner conditioner, FrozenModels frozen, Parameters parameters, Weighting weighting) {
    Policy policy =
        Conditioning.condition(manager, conditioner, frozen, parameters, weighting, false);
    List<Request> requests =
        rollouts().stream()
            .map(
                rollout ->
                    new Request(
                        policy,
                        rollout.example(),
                        rollout.prompt(),
                        SamplingOptions.faithful(7),
                        3))
            .toList();
    List<Rollout> drawn =
        new Generator(PROMPTS, Arrays::toString, Set.of(1L)).generate(manager, requests);
    double[] scored = PolicyLoss.logProbabilities(manager, policy, PROMPTS.batches(policy, drawn));
    for (int i = 0; i < scored.length; i++) {
      assertThat(scored[i]).isCloseTo(drawn.get(i).logProbability(), within(1e-3));
    }
    return PolicyLoss.logProbabilities(manager, policy, PROMPTS.batches(policy, rollouts()));
  }

  private void gradientsReach(
      Conditioner conditioner, FrozenModels frozen, Parameters parameters, Weighting weighting) {
    List<String> names = List.copyOf(parameters.names());
    NDList gradients =
        Torch.withGradients(
            true,
            () -> {
              Policy policy =
                  Conditioning.condition(manager, conditioner, frozen, parameters, weighting, true);
              float[] coefficients = {0.3f, -0.7f, 0.5f, 1.2f, -0.4f, 0.9f, -1.1f, 0.6f};
              NDArray scalar =
                  PolicyLoss.surrogate(
                      manager, policy, PROMPTS.batches(policy, rollouts()), coefficients);
              return ArrayOperations.gradients(
                  manager, scalar, List.copyOf(parameters.asMap().values()));
            });
    for (int i = 0; i < names.size(); i++) {
      assertThat(gradients.get(i).abs().max().getFloat())
          .as(names.get(i))
          .isFinite()
          .isGreaterThan(0);
    }
  }

  private static List<Rollout> rollouts() {
    return List.of(rollout("a b", 3, 4, 5, 6, 1), rollout("longer one", 7, 8, 9));
  }

  private static Rollout rollout(String prompt, long... response) {
    return new Rollout(
        Example.of(prompt, prompt),
        Tokens.of(PROMPTS.encode().apply(prompt)),
        Tokens.of(response),
        "",
        0);
  }
}
