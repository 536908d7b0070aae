package dev.clp.runtime.policygradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.Example;
import dev.clp.api.FrozenModels;
import dev.clp.api.KlRange;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Scalarizer;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import dev.clp.runtime.Components;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.config.PolicyGradientOptions.Scalarize;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.GraphScope;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.TokenBatch;
import dev.clp.runtime.model.decoder.DecoderModel;
import dev.clp.runtime.model.decoder.LlamaTwins;
import dev.clp.runtime.rollout.Conditioning;
import dev.clp.runtime.rollout.PolicyLoss;
import dev.clp.runtime.rollout.Rollout;
import dev.clp.runtime.rollout.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The gradient of training, with the rollouts replaced by all responses and their probabilities,
 * against the gradient of V itself, differentiated through a plain forward pass.
 */
class ExactGradientTest {

  private static final int VOCABULARY = 5;
  private static final long[] PROMPT = {1, 3};

  @ParameterizedTest
  @CsvSource({
    "full-clp, NONE, true",
    "full-clp, LINEAR, false",
    "attn-clp, NONE, true",
    "logit-clp, NONE, true",
    "logit-clp, LINEAR, false"
  })
  void equalsTheGradientOfTheValue(String name, String gate, boolean tied) {
    try (NDManager manager = Torch.newManager()) {
      DecoderModel reference = TinyModels.llama(manager, VOCABULARY, tied, 7);
      Conditioner conditioner =
          Components.create(
              Conditioner.class,
              name,
              new TestContext(List.of("first", "second"), KlRange.fixed(0.2)),
              Components.constant(Conditioner.class, name, 0, gate),
              Optional.empty());
      FrozenModels frozen = new FrozenModels(reference, List.of());
      Parameters parameters = perturbed(conditioner.initialise(frozen, new Random(1)), manager);
      Weighting weighting = new Weighting(List.of(0.3, 0.7), 0.2);
      List<long[]> responses = responses();
      Random random = new Random(5);
      double[] rewards = responses.stream().mapToDouble(r -> 2 * random.nextGaussian()).toArray();

      List<float[]> expected =
          exact(manager, conditioner, frozen, parameters, weighting, responses, rewards);
      List<float[]> found =
          trained(manager, conditioner, frozen, parameters, weighting, responses, rewards);

      double largest = 0;
      for (int i = 0; i < expected.size(); i++) {
        for (int j = 0; j < expected.get(i).length; j++) {
          // Training descends on -V.
          assertThat((double) -found.get(i)[j]).isCloseTo(expected.get(i)[j], within(1e-4));
          largest = Math.max(largest, Math.abs(expected.get(i)[j]));
        }
      }
      assertThat(largest).as("the gradient is not trivially zero").isGreaterThan(0.01);
    }
  }

  /**
   * On expected returns the value is {@code (1 - alpha) s(E[R]) - alpha KL}, whose slope along a
   * direction of the parameters is taken by central differences.
   */
  @ParameterizedTest
  @ValueSource(strings = {"smooth-tchebycheff", "linear"})
  void equalsTheSlopesOfTheValueOfExpectedReturns(String name) {
    try (NDManager manager = Torch.newManager()) {
      DecoderModel reference = TinyModels.llama(manager, VOCABULARY, true, 7);
      ComponentContext context = new TestContext(List.of("first", "second"), KlRange.fixed(0.2));
      Conditioner conditioner =
          Components.create(
              Conditioner.class,
              "full-clp",
              context,
              Components.constant(Conditioner.class, "full-clp", 0, "NONE"),
              Optional.empty());
      Object[] options =
          name.equals("linear") ? new Object[0] : new Object[] {List.of(1.0, 2.0), 0.0, 0.3};
      Scalarizer scalarizer = Components.create(Scalarizer.class, name, context, options);
      FrozenModels frozen = new FrozenModels(reference, List.of());
      Parameters parameters = perturbed(conditioner.initialise(frozen, new Random(1)), manager);
      World world = new World(scalarizer, new Weighting(List.of(0.3, 0.7), 0.2));

      List<float[]> found = world.gradient(manager, conditioner, frozen, parameters);
      Random random = new Random(9);
      for (int trial = 0; trial < 4; trial++) {
        // Along the gradient itself at first; of length one.
        boolean steepest = trial == 0;
        List<float[]> direction =
            found.stream().map(each -> steepest ? each.clone() : gaussian(each, random)).toList();
        double length = Math.sqrt(dot(direction, direction));
        float step = (float) (0.005 / length);
        double above =
            world.value(manager, conditioner, frozen, moved(manager, parameters, direction, step));
        double below =
            world.value(manager, conditioner, frozen, moved(manager, parameters, direction, -step));
        double slope = (above - below) / 0.01;
        // Training descends on -V.
        assertThat(-dot(found, direction) / length)
            .isCloseTo(slope, within(2e-3 + 2e-3 * Math.abs(slope)));
        if (trial == 0) {
          assertThat(Math.abs(slope)).as("the slope is not trivially zero").isGreaterThan(0.05);
        }
      }
    }
  }

  private static float[] gaussian(float[] shape, Random random) {
    float[] values = new float[shape.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double dot(List<float[]> a, List<float[]> b) {
    double sum = 0;
    for (int i = 0; i < a.size(); i++) {
      for (int j = 0; j < a.get(i).length; j++) {
        sum += (double) a.get(i)[j] * b.get(i)[j];
      }
    }
    return sum;
  }

  /** Listed responses with two rewards, at one weighting. */
  private record World(Scalarizer scalarizer, Weighting weighting) {

    private static final float[][] REWARDS = rewards();

    private static float[][] rewards() {
      Random random = new Random(5);
      float[][] rewards = new float[responses().size()][2];
      for (float[] each : rewards) {
        each[0] = 2 * (float) random.nextGaussian();
        each[1] = 2 * (float) random.nextGaussian();
      }
      return rewards;
    }

    double value(
        NDManager manager, Conditioner conditioner, FrozenModels frozen, Parameters parameters) {
      Policy policy =
          Conditioning.condition(manager, conditioner, frozen, parameters, weighting, false);
      double[] logPolicy = logProbabilities(manager, (DecoderModel) policy.terms().get(0).model());
      double[] logReference = logProbabilities(manager, (DecoderModel) frozen.reference());
      double[] mean = new double[2];
      double divergence = 0;
      for (int i = 0; i < logPolicy.length; i++) {
        double probability = Math.exp(logPolicy[i]);
        mean[0] += probability * REWARDS[i][0];
        mean[1] += probability * REWARDS[i][1];
        divergence += probability * (logPolicy[i] - logReference[i]);
      }
      float[] returns = {(float) mean[0], (float) mean[1]};
      return (1 - weighting.klCoefficient()) * scalarizer.scalarize(returns, weighting)
          - weighting.klCoefficient() * divergence;
    }

    List<float[]> gradient(
        NDManager manager, Conditioner conditioner, FrozenModels frozen, Parameters parameters) {
      DecoderModel model =
          (DecoderModel)
              Conditioning.condition(manager, conditioner, frozen, parameters, weighting, false)
                  .terms()
                  .get(0)
                  .model();
      double[] probabilities =
          Arrays.stream(logProbabilities(manager, model)).map(Math::exp).toArray();
      double[] rewards =
          ScalarRewards.of(
              Scalarize.EXPECTED_RETURNS, scalarizer, weighting, REWARDS, probabilities);
      return trained(manager, conditioner, frozen, parameters, weighting, responses(), rewards);
    }

    private static double[] logProbabilities(NDManager manager, DecoderModel model) {
      return PolicyLoss.logProbabilities(
          manager,
          model,
          responses().stream()
              .map(r -> new Rollout(Example.of("x", ""), Tokens.of(PROMPT), Tokens.of(r), "", 0))
              .toList());
    }
  }

  private static Parameters moved(
      NDManager manager, Parameters parameters, List<float[]> direction, float step) {
    Map<String, NDArray> moved = new LinkedHashMap<>();
    parameters
        .asMap()
        .forEach(
            (name, array) -> {
              float[] values = array.toFloatArray();
              float[] part = direction.get(moved.size());
              for (int i = 0; i < values.length; i++) {
                values[i] += step * part[i];
              }
              moved.put(name, manager.create(values, array.getShape()));
            });
    return new Parameters(moved);
  }

  private static List<float[]> exact(
      NDManager manager,
      Conditioner conditioner,
      FrozenModels frozen,
      Parameters parameters,
      Weighting weighting,
      List<long[]> responses,
      double[] rewards) {
    return Torch.withGradients(
        true,
        () -> {
          // Factors such as mul's are read again in the backward pass.
          try (GraphScope scope = new GraphScope(manager)) {
            scope.suppressNotUsedWarning();
            Policy policy = conditioner.condition(frozen, parameters, weighting).evaluated();
            DecoderModel model = (DecoderModel) policy.terms().get(0).model();
            DecoderModel reference = (DecoderModel) frozen.reference();
            NDArray value = manager.create(0f);
            for (int i = 0; i < responses.size(); i++) {
              NDArray logPolicy = logProbability(manager, model, responses.get(i));
              NDArray logReference = logProbability(manager, reference, responses.get(i));
              NDArray inside =
                  logPolicy
                      .sub(logReference)
                      .mul((float) -weighting.klCoefficient())
                      .add((float) ((1 - weighting.klCoefficient()) * rewards[i]));
              value = inside.mul(logPolicy.exp()).add(value);
            }
            NDList gradients =
                ArrayOperations.gradients(manager, value, List.copyOf(parameters.asMap().values()));
            return gradients.stream().map(NDArray::toFloatArray).toList();
          }
        });
  }

  private static NDArray logProbability(NDManager manager, DecoderModel model, long[] response) {
    long[] sequence = new long[PROMPT.length + response.length];
    System.arraycopy(PROMPT, 0, sequence, 0, PROMPT.length);
    System.arraycopy(response, 0, sequence, PROMPT.length, response.length);
    NDArray logProbabilities = LlamaTwins.logits(manager, model, sequence).logSoftmax(-1);
    NDArray sum = null;
    for (int i = 0; i < response.length; i++) {
      NDArray token = logProbabilities.get(new NDIndex(PROMPT.length - 1 + i, response[i]));
      sum = sum == null ? token : sum.add(token);
    }
    return sum;
  }

  private static List<float[]> trained(
      NDManager manager,
      Conditioner conditioner,
      FrozenModels frozen,
      Parameters parameters,
      Weighting weighting,
      List<long[]> responses,
      double[] rewards) {
    Policy policy =
        Conditioning.condition(manager, conditioner, frozen, parameters, weighting, true);
    List<Rollout> rollouts = new ArrayList<>();
    for (long[] response : responses) {
      rollouts.add(new Rollout(Example.of("x", ""), Tokens.of(PROMPT), Tokens.of(response), "", 0));
    }
    double[] logPolicy =
        PolicyLoss.logProbabilities(
            manager, (DecoderModel) policy.terms().get(0).model(), rollouts);
    double[] logReference =
        PolicyLoss.logProbabilities(manager, (DecoderModel) frozen.reference(), rollouts);
    double[] probabilities = new double[rollouts.size()];
    double[] returns = new double[rollouts.size()];
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] = Math.exp(logPolicy[i]);
      returns[i] =
          (1 - weighting.klCoefficient()) * rewards[i]
              - weighting.klCoefficient() * (logPolicy[i] - logReference[i]);
    }
    double[] advantages = Advantages.exact(returns, returns, probabilities);
    List<TokenBatch> batches = List.of(Rollout.batch(rollouts));
    return PolicyGradient.gradient(manager, policy, parameters, batches, probabilities, advantages)
        .stream()
        .map(NDArray::toFloatArray)
        .toList();
  }

  /** Moves the parameters off the reference, where copies are equal and the KL gradient is zero. */
  private static Parameters perturbed(Parameters initial, NDManager manager) {
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
              NDArray leaf = manager.create(values, array.getShape());
              leaf.setRequiresGradient(true);
              moved.put(name, leaf);
            });
    return new Parameters(moved);
  }

  private static List<long[]> responses() {
    List<long[]> responses = new ArrayList<>();
    for (long first = 0; first < VOCABULARY; first++) {
      for (long second = 0; second < VOCABULARY; second++) {
        responses.add(new long[] {first, second});
      }
    }
    return responses;
  }
}
