package dev.clp.runtime.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.ComponentContext;
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
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.TokenBatch;
import dev.clp.runtime.model.decoder.TinyFamilies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every bundled conditioner on families that store, join or transpose their matrices otherwise. */
class FamiliesConditioningTest {

  private static final double STEP = 1e-3;
  private static final Weighting WEIGHTING = new Weighting(List.of(0.3, 0.7), 0.2);
  private static final ComponentContext CONTEXT =
      new TestContext(List.of("first", "second"), KlRange.fixed(0.2));

  /** Mechanisms whose rows of all weightings decode in one pass on any model. */
  private static final Set<String> SHARING =
      Set.of("prompting", "personalized-prompt", "soft-token", "mod", "dera");

  /**
   * Mechanisms whose rows do so where no norm has a bias, which a changed matrix would multiply.
   */
  private static final Set<String> SHARING_WITHOUT_NORM_BIAS =
      Set.of("lora-clp", "svd", "logit-clp");

  private static final Set<TinyFamilies> BIASED = Set.of(TinyFamilies.GPT2, TinyFamilies.PHI);

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = Torch.newManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Arguments> everyConditionerOnEveryKind() {
    return Stream.of(
            TinyFamilies.LLAMA,
            TinyFamilies.GPT2,
            TinyFamilies.QWEN2,
            TinyFamilies.GEMMA2,
            TinyFamilies.PHI3,
            TinyFamilies.PHI)
        .flatMap(
            family -> Components.names(Conditioner.class).map(name -> Arguments.of(name, family)));
  }

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("everyConditionerOnEveryKind")
  void itsPolicyIsSampledAsItIsScored(String name, TinyFamilies family) {
    Conditioner conditioner = conditioner(name);
    FrozenModels frozen = frozen(conditioner, family);
    Policy policy = policy(conditioner, frozen, moved(initial(conditioner, frozen), 0.05f));
    try (TextTokenizer tokenizer = TinyModels.tokenizer()) {
      Generator generator = Generator.of(tokenizer, Set.of(2L));
      List<Request> requests =
          IntStream.range(0, 6)
              .mapToObj(
                  i ->
                      new Request(
                          policy,
                          Example.of("x" + i, ""),
                          Tokens.of(3 + i, 4, 5),
                          SamplingOptions.faithful(8),
                          i))
              .toList();
      List<Rollout> rollouts = generator.generate(manager, requests);
      double[] scored =
          PolicyLoss.logProbabilities(
              manager, policy, generator.prompts().batches(policy, rollouts));
      for (int i = 0; i < scored.length; i++) {
        assertThat(rollouts.get(i).logProbability()).isCloseTo(scored[i], within(2e-4));
      }
    }
  }

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("everyConditionerOnEveryKind")
  void itsGradientIsThatOfItsLogProbabilities(String name, TinyFamilies family) {
    Conditioner conditioner = conditioner(name);
    FrozenModels frozen = frozen(conditioner, family);
    Parameters parameters = moved(initial(conditioner, frozen), 0.05f);
    if (parameters.names().isEmpty()) {
      return;
    }
    parameters.asMap().values().forEach(array -> array.setRequiresGradient(true));
    TokenBatch batch =
        new TokenBatch(List.of(new long[] {1, 5, 9, 3, 2}, new long[] {4, 4, 8}), List.of(4, 2));
    List<NDArray> leaves = List.copyOf(parameters.asMap().values());
    List<float[]> gradients =
        Torch.withGradients(
            true,
            () -> {
              Policy policy = policy(conditioner, frozen, parameters);
              List<TokenBatch> batches = policy.terms().stream().map(term -> batch).toList();
              NDArray loss =
                  PolicyLoss.surrogate(manager, policy, batches, new float[] {1, 1, 1, 1, 1, 1});
              return ArrayOperations.gradients(manager, loss, leaves).stream()
                  .map(NDArray::toFloatArray)
                  .toList();
            });
    double length =
        Math.sqrt(
            gradients.stream()
                .mapToDouble(
                    gradient ->
                        IntStream.range(0, gradient.length)
                            .mapToDouble(i -> gradient[i] * gradient[i])
                            .sum())
                .sum());
    assertThat(length).isGreaterThan(1e-3);
    // Along its own direction, the log-probability grows by the gradient's length.
    double rise = total(conditioner, frozen, along(parameters, gradients, STEP / length), batch);
    double fall = total(conditioner, frozen, along(parameters, gradients, -STEP / length), batch);
    assertThat((rise - fall) / (2 * STEP)).isCloseTo(length, within(0.03 * length));
  }

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("everyConditionerOnEveryKind")
  void rowsOfManyWeightingsAnswerAsEachDoesAlone(String name, TinyFamilies family) {
    Conditioner conditioner = conditioner(name);
    FrozenModels frozen = frozen(conditioner, family);
    Parameters parameters = moved(initial(conditioner, frozen), 0.05f);
    List<Weighting> weightings =
        IntStream.range(0, 5)
            .mapToObj(i -> new Weighting(List.of(i / 4.0, 1 - i / 4.0), 0.1 * i))
            .toList();
    try (TextTokenizer tokenizer = TinyModels.tokenizer();
        DecodingSession session = Generator.of(tokenizer, Set.of(2L)).open(manager)) {
      Generator generator = Generator.of(tokenizer, Set.of(2L));
      List<DecodingSession.Row> together = new ArrayList<>();
      List<NDManager> owners = new ArrayList<>();
      for (int i = 0; i < weightings.size(); i++) {
        owners.add(manager.newSubManager());
        Policy policy =
            Conditioning.forDecoding(
                owners.get(i), conditioner, frozen, parameters, weightings.get(i));
        together.add(session.admit(request(policy, i)));
        // Rows come one by one, and every other step decodes them.
        if (i % 2 == 0) {
          session.step();
        }
      }
      if (SHARING.contains(name)
          || (SHARING_WITHOUT_NORM_BIAS.contains(name) && !BIASED.contains(family))) {
        assertThat(session.groups()).as("groups of rows").isEqualTo(1);
      }
      while (session.rows() > 0) {
        session.step();
        for (int i = 0; i < weightings.size(); i++) {
          // A policy is needed until its row is over, not until others are that came with it.
          if (together.get(i).state() == DecodingSession.State.ENDED && owners.get(i).isOpen()) {
            owners.get(i).close();
          }
        }
      }
      for (int i = 0; i < weightings.size(); i++) {
        Policy policy =
            Conditioning.condition(
                manager, conditioner, frozen, parameters, weightings.get(i), false);
        Rollout alone = generator.generate(manager, List.of(request(policy, i))).get(0);
        Rollout found = generator.rollout(together.get(i));
        assertThat(found.response())
            .as("the response at " + weightings.get(i))
            .isEqualTo(alone.response());
        assertThat(found.logProbability()).isCloseTo(alone.logProbability(), within(2e-4));
      }
    }
  }

  private static Request request(Policy policy, int i) {
    return new Request(
        policy,
        Example.of("x" + i, "a b"),
        Tokens.of(3 + i, 4, 5),
        SamplingOptions.faithful(8 + i),
        i);
  }

  private double total(
      Conditioner conditioner, FrozenModels frozen, Parameters parameters, TokenBatch batch) {
    Policy policy = policy(conditioner, frozen, parameters);
    double sum = 0;
    for (double each :
        PolicyLoss.logProbabilities(
            manager, policy, policy.terms().stream().map(term -> batch).toList())) {
      sum += each;
    }
    return sum;
  }

  private static Policy policy(
      Conditioner conditioner, FrozenModels frozen, Parameters parameters) {
    return conditioner.condition(frozen, parameters, WEIGHTING).evaluated();
  }

  private static Parameters initial(Conditioner conditioner, FrozenModels frozen) {
    return conditioner.initialise(frozen, new Random(1));
  }

  private FrozenModels frozen(Conditioner conditioner, TinyFamilies family) {
    List<Model> experts = new ArrayList<>();
    for (int i = 0; i < conditioner.experts(2).size(); i++) {
      experts.add(family.model(manager, 2 + i));
    }
    return new FrozenModels(family.model(manager, 1), experts);
  }

  private Parameters moved(Parameters initial, float by) {
    Random random = new Random(3);
    Map<String, NDArray> moved = new LinkedHashMap<>();
    initial
        .asMap()
        .forEach(
            (name, array) -> {
              float[] values = array.toFloatArray();
              for (int i = 0; i < values.length; i++) {
                values[i] += by * (float) random.nextGaussian();
              }
              moved.put(name, manager.create(values, array.getShape()));
            });
    return new Parameters(moved);
  }

  private Parameters along(Parameters from, List<float[]> direction, double factor) {
    Map<String, NDArray> moved = new LinkedHashMap<>();
    from.asMap()
        .forEach(
            (name, array) -> {
              float[] values = array.toFloatArray();
              float[] slope = direction.get(moved.size());
              for (int i = 0; i < values.length; i++) {
                values[i] += (float) (factor * slope[i]);
              }
              moved.put(name, manager.create(values, array.getShape()));
            });
    return new Parameters(moved);
  }

  private static Conditioner conditioner(String name) {
    return Components.withDefaults(Conditioner.class, name, CONTEXT);
  }
}
