package dev.clp.runtime.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
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
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.TokenBatch;
import dev.clp.runtime.model.decoder.DecoderModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bundled conditioners, created by name and conditioned as training does. */
class ConditioningTest {

  private static final String TRAINED =
      """
      full-clp, NONE, true
      full-clp, NONE, false
      full-clp, LINEAR, true
      attn-clp, NONE, true
      attn-clp, LINEAR, false
      logit-clp, NONE, true
      logit-clp, NONE, false
      logit-clp, LINEAR, true
      """;
  private static final TokenBatch BATCH =
      new TokenBatch(List.of(new long[] {1, 5, 9, 3, 2}, new long[] {4, 4, 8}), List.of(4, 2));
  private static final List<Weighting> WEIGHTINGS =
      List.of(
          Weighting.corner(2, 0, 0.2),
          Weighting.corner(2, 1, 0.2),
          Weighting.balanced(2, 0.2),
          new Weighting(List.of(0.3, 0.7), 0));

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
  @CsvSource(textBlock = TRAINED)
  void everyWeightingBeginsAtTheReference(String name, String gate, boolean tied) {
    FrozenModels frozen = frozen(tied);
    Conditioner conditioner = trained(name, gate);
    Parameters parameters = conditioner.initialise(frozen, new Random(1));
    float[] expected = logits((DecoderModel) frozen.reference());
    for (Weighting weighting : WEIGHTINGS) {
      for (boolean gradients : new boolean[] {false, true}) {
        Policy policy =
            Conditioning.condition(manager, conditioner, frozen, parameters, weighting, gradients);
        assertThat(logits(policy)).as("%s", weighting).containsExactly(expected, within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = TRAINED)
  void differentWeightingsGiveDifferentLogits(String name, String gate, boolean tied) {
    FrozenModels frozen = frozen(tied);
    Conditioner conditioner = trained(name, gate);
    Parameters parameters = perturbed(conditioner.initialise(frozen, new Random(1)));
    float[] first = logits(condition(conditioner, frozen, parameters, WEIGHTINGS.get(0)));
    float[] second = logits(condition(conditioner, frozen, parameters, WEIGHTINGS.get(1)));
    assertThat(distance(first, second)).isGreaterThan(0.05);
    assertThat(logits(condition(conditioner, frozen, parameters, WEIGHTINGS.get(0))))
        .as("conditioning is deterministic")
        .containsExactly(first);
  }

  @ParameterizedTest
  @CsvSource({"full-clp, true", "full-clp, false", "attn-clp, true", "logit-clp, true"})
  void aCornerIsItsOwnCopy(String name, boolean tied) {
    FrozenModels frozen = frozen(tied);
    Conditioner conditioner = trained(name, "NONE");
    Parameters parameters = perturbed(conditioner.initialise(frozen, new Random(1)));
    for (int objective = 0; objective < 2; objective++) {
      String prefix = "objective." + (objective == 0 ? "first" : "second") + ".";
      Model model =
          condition(conditioner, frozen, parameters, Weighting.corner(2, objective, 0.2))
              .terms()
              .get(0)
              .model();
      int copies = 0;
      for (String parameter : parameters.names()) {
        if (parameter.startsWith(prefix)) {
          copies++;
          assertThat(model.parameter(parameter.substring(prefix.length())).toFloatArray())
              .containsExactly(parameters.get(parameter).toFloatArray());
        } else if (parameter.startsWith("shared.")) {
          assertThat(model.parameter(parameter.substring("shared.".length())))
              .isSameAs(parameters.get(parameter));
        }
      }
      assertThat(copies).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"full-clp", "attn-clp", "logit-clp"})
  void theLinearGateAtOneIsTheReference(String name) {
    FrozenModels frozen = frozen(true);
    Conditioner conditioner = trained(name, "LINEAR");
    Parameters parameters = perturbed(conditioner.initialise(frozen, new Random(1)));
    float[] expected = logits((DecoderModel) frozen.reference());
    Policy closed = condition(conditioner, frozen, parameters, new Weighting(List.of(0.3, 0.7), 1));
    assertThat(logits(closed)).containsExactly(expected);
    Policy open = condition(conditioner, frozen, parameters, new Weighting(List.of(0.3, 0.7), 0));
    Policy ungated =
        condition(trained(name, "NONE"), frozen, parameters, new Weighting(List.of(0.3, 0.7), 0.5));
    assertThat(logits(open)).containsExactly(logits(ungated));
    assertThat(distance(logits(open), expected)).isGreaterThan(0.05);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theMiddleOfSoupsIsTheMeanOfTheExperts(boolean tied) {
    DecoderModel reference = TinyModels.llama(manager, TinyModels.VOCABULARY, tied, 1);
    DecoderModel first = TinyModels.llama(manager, TinyModels.VOCABULARY, tied, 2);
    DecoderModel second = TinyModels.llama(manager, TinyModels.VOCABULARY, tied, 3);
    FrozenModels frozen = new FrozenModels(reference, List.of(first, second));
    Conditioner soups = Components.create(Conditioner.class, "rewarded-soups", context());
    assertThat(soups.experts(2))
        .containsExactly(Weighting.corner(2, 0, 0.2), Weighting.corner(2, 1, 0.2));
    Parameters none = soups.initialise(frozen, new Random(1));
    assertThat(none.names()).isEmpty();
    Model middle =
        condition(soups, frozen, none, Weighting.balanced(2, 0.2)).terms().get(0).model();
    for (String name : reference.parameters().names()) {
      float[] one = first.parameter(name).toFloatArray();
      float[] other = second.parameter(name).toFloatArray();
      float[] mean = new float[one.length];
      for (int i = 0; i < mean.length; i++) {
        mean[i] = (one[i] + other[i]) / 2;
      }
      assertThat(middle.parameter(name).toFloatArray()).containsExactly(mean, within(1e-7f));
    }
    assertThat(logits(condition(soups, frozen, none, Weighting.corner(2, 1, 0.2))))
        .containsExactly(logits(second), within(1e-6f));
  }

  @Test
  void soupsOfEqualExpertsAreTheExpert() {
    DecoderModel reference = TinyModels.llama(manager, TinyModels.VOCABULARY, true, 1);
    FrozenModels frozen = new FrozenModels(reference, List.of(reference, reference));
    Conditioner soups = Components.create(Conditioner.class, "rewarded-soups", context());
    for (Weighting weighting : WEIGHTINGS) {
      assertThat(logits(condition(soups, frozen, Parameters.none(), weighting)))
          .containsExactly(logits(reference), within(1e-5f));
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = TRAINED)
  void gradientsReachEveryParameter(String name, String gate, boolean tied) {
    FrozenModels frozen = frozen(tied);
    Conditioner conditioner = trained(name, gate);
    Parameters parameters = conditioner.initialise(frozen, new Random(1));
    parameters.asMap().values().forEach(array -> array.setRequiresGradient(true));
    Policy policy =
        Conditioning.condition(
            manager, conditioner, frozen, parameters, new Weighting(List.of(0.3, 0.7), 0.2), true);
    float[] coefficients = {1, -2, 3, 0.5f, -1, 2};
    NDList gradients =
        Torch.withGradients(
            true,
            () ->
                ArrayOperations.gradients(
                    manager,
                    PolicyLoss.surrogate(
                        manager,
                        policy,
                        Collections.nCopies(policy.terms().size(), BATCH),
                        coefficients),
                    List.copyOf(parameters.asMap().values())));
    int at = 0;
    for (String parameter : parameters.names()) {
      assertThat(gradients.get(at++).abs().sum().getFloat()).as(parameter).isGreaterThan(1e-4f);
    }
  }

  @Test
  void gradientsSurviveAGarbageCollection() throws InterruptedException {
    FrozenModels frozen = frozen(true);
    Conditioner conditioner = trained("full-clp", "NONE");
    Parameters parameters = conditioner.initialise(frozen, new Random(1));
    parameters.asMap().values().forEach(array -> array.setRequiresGradient(true));
    Policy policy =
        Conditioning.condition(
            manager, conditioner, frozen, parameters, new Weighting(List.of(0.2, 0.8), 0.2), true);
    List<ByteBuffer> garbage = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      System.gc();
      // The memory of collected buffers is given back by a thread of its own.
      Thread.sleep(20);
      for (int i = 0; i < 2000; i++) {
        garbage.add(ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder()).putFloat(0, 1e9f));
      }
    }
    float[] coefficients = {1, -2, 3, 0.5f, -1, 2};
    Map<String, float[]> gradients =
        Torch.withGradients(
            true,
            () -> {
              NDList arrays =
                  ArrayOperations.gradients(
                      manager,
                      PolicyLoss.surrogate(
                          manager,
                          policy,
                          Collections.nCopies(policy.terms().size(), BATCH),
                          coefficients),
                      List.copyOf(parameters.asMap().values()));
              Map<String, float[]> byName = new LinkedHashMap<>();
              for (String name : parameters.names()) {
                byName.put(name, arrays.get(byName.size()).toFloatArray());
              }
              return byName;
            });
    assertThat(garbage).hasSize(10_000);
    for (String name : frozen.reference().parameters().names()) {
      float[] first = gradients.get("objective.first." + name);
      float[] second = gradients.get("objective.second." + name);
      for (int i = 0; i < first.length; i++) {
        assertThat(second[i]).as(name).isCloseTo(4 * first[i], within(1e-4f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void leavesTheNewArraysOfThePolicyAndNothingElse(boolean perturbed, boolean gradients) {
    FrozenModels frozen = frozen(true);
    for (String name : List.of("full-clp", "attn-clp", "logit-clp")) {
      Conditioner conditioner = trained(name, "LINEAR");
      Parameters initial = conditioner.initialise(frozen, new Random(1));
      Parameters parameters = perturbed ? perturbed(initial) : initial;
      for (Weighting weighting : WEIGHTINGS) {
        int before = Torch.liveArrays();
        try (NDManager scope = manager.newSubManager()) {
          Policy policy =
              Conditioning.condition(scope, conditioner, frozen, parameters, weighting, gradients);
          long created =
              policy.terms().get(0).model().parameters().asMap().values().stream()
                  .filter(array -> array.getManager() == scope)
                  .count();
          assertThat(created).isPositive();
          assertThat(Torch.liveArrays()).isEqualTo(before + created);
        }
        assertThat(Torch.liveArrays()).isEqualTo(before);
      }
      assertThat(logits((DecoderModel) frozen.reference())).isNotEmpty();
      parameters.asMap().values().forEach(array -> assertThat(array.toFloatArray()).isNotEmpty());
    }
  }

  private Policy condition(
      Conditioner conditioner, FrozenModels frozen, Parameters parameters, Weighting weighting) {
    return Conditioning.condition(manager, conditioner, frozen, parameters, weighting, false);
  }

  private FrozenModels frozen(boolean tied) {
    return new FrozenModels(TinyModels.llama(manager, TinyModels.VOCABULARY, tied, 1), List.of());
  }

  private static Conditioner trained(String name, String gate) {
    return Components.create(
        Conditioner.class,
        name,
        context(),
        Components.constant(Conditioner.class, name, 0, gate),
        Optional.empty());
  }

  private static ComponentContext context() {
    return new TestContext(List.of("first", "second"), KlRange.fixed(0.2));
  }

  private Parameters perturbed(Parameters initial) {
    Random random = new Random(3);
    Map<String, NDArray> moved = new LinkedHashMap<>();
    initial
        .asMap()
        .forEach(
            (name, array) -> {
              float[] values = array.toFloatArray();
              for (int i = 0; i < values.length; i++) {
                values[i] += 0.1f * (float) random.nextGaussian();
              }
              moved.put(name, manager.create(values, array.getShape()));
              array.close();
            });
    return new Parameters(moved);
  }

  private float[] logits(Policy policy) {
    assertThat(policy.terms()).hasSize(1);
    return logits((CausalModel) policy.terms().get(0).model());
  }

  private float[] logits(CausalModel model) {
    try (NDManager scope = manager.newSubManager()) {
      return model.logits(scope, BATCH).toFloatArray();
    }
  }

  private static double distance(float[] first, float[] second) {
    double largest = 0;
    for (int i = 0; i < first.length; i++) {
      largest = Math.max(largest, Math.abs(first[i] - second[i]));
    }
    return largest;
  }
}
