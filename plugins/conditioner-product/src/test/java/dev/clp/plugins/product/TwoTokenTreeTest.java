package dev.clp.plugins.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.KlRange;
import dev.clp.api.Model;
import dev.clp.api.ParameterGroup;
import dev.clp.api.Parameters;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A world in which linear parameters fall short: the first token is L or C; L leads to leaves of
 * rewards (1, 0) and (0, 1), C to two of (0.8, 0.8); the reference is uniform and the KL
 * coefficient 0.05. Both experts choose L, the balanced optimum C. Values and their gradients are
 * exact.
 */
class TwoTokenTreeTest {

  private static final double KL = 0.05;

  private static final int STEPS = 1500;

  private static final double[][] LEAVES = {{1, 0}, {0, 1}, {0.8, 0.8}, {0.8, 0.8}};

  /** Logits of L and C, then of the leaves of L, then of those of C. */
  private record Tree(NDArray logits) implements Model {

    @Override
    public Parameters parameters() {
      return new Parameters(Map.of("logits", logits));
    }

    @Override
    public NDArray parameter(String name) {
      return parameters().get(name);
    }

    @Override
    public Set<String> names(ParameterGroup group) {
      return Set.of();
    }

    @Override
    public Model bind(Map<String, NDArray> replacements) {
      return new Tree(new Parameters(replacements).get("logits"));
    }
  }

  /** The value of a policy, and its gradient by the logits. */
  private record Value(double value, List<Double> gradient) {}

  /** Returns {@code (1 - alpha) E[w.R] - alpha KL}. */
  private static Value value(float[] logits, Weighting weighting) {
    double[] gradient = new double[6];
    double[] nodes = new double[2];
    for (int node = 0; node < 2; node++) {
      double[] rewards = new double[2];
      for (int leaf = 0; leaf < 2; leaf++) {
        double[] reward = LEAVES[2 * node + leaf];
        rewards[leaf] =
            (1 - KL) * (weighting.weight(0) * reward[0] + weighting.weight(1) * reward[1]);
      }
      nodes[node] = choice(logits, 2 + 2 * node, rewards, gradient);
    }
    double value = choice(logits, 0, nodes, gradient);
    for (int i = 2; i < 6; i++) {
      gradient[i] *= probability(logits, i < 4 ? 0 : 1);
    }
    return new Value(value, Arrays.stream(gradient).boxed().toList());
  }

  /** Returns the value of a choice between two outcomes, and enters its gradient. */
  private static double choice(float[] logits, int at, double[] outcomes, double[] gradient) {
    double[] returns = new double[2];
    double value = 0;
    for (int i = 0; i < 2; i++) {
      double probability = probability(logits, at + i);
      returns[i] = outcomes[i] - KL * Math.log(probability / 0.5);
      value += probability * returns[i];
    }
    for (int i = 0; i < 2; i++) {
      gradient[at + i] = probability(logits, at + i) * (returns[i] - value);
    }
    return value;
  }

  private static double probability(float[] logits, int at) {
    // The other choice stands beside it: 0 and 1, 2 and 3, 4 and 5.
    return 1 / (1 + Math.exp((double) logits[at ^ 1] - logits[at]));
  }

  private static List<Weighting> weightings() {
    return IntStream.rangeClosed(0, 10)
        .mapToObj(i -> new Weighting(List.of(i / 10.0, (10 - i) / 10.0), KL))
        .toList();
  }

  /** Maximises the mean value over all weightings, and returns the values. */
  private static List<Double> train(Predicate<String> isTrained) {
    Conditioner conditioner =
        new ProductClp()
            .create(
                new ProductClpOptions(Selection.EVERYTHING),
                new TestContext(List.of("first", "second"), KlRange.fixed(KL)));
    try (NDManager manager = NDManager.newBaseManager()) {
      FrozenModels frozen = new FrozenModels(new Tree(manager.zeros(new Shape(6))), List.of());
      Map<String, Adam> trained = new LinkedHashMap<>();
      conditioner
          .initialise(frozen, new SplittableRandom(1))
          .asMap()
          .forEach((name, array) -> trained.put(name, new Adam(array.toFloatArray())));
      List<Double> values = List.of();
      for (int step = 1; step <= STEPS; step++) {
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          values = step(manager, conditioner, frozen, trained, isTrained, step);
        }
      }
      return values;
    }
  }

  private static List<Double> step(
      NDManager manager,
      Conditioner conditioner,
      FrozenModels frozen,
      Map<String, Adam> trained,
      Predicate<String> isTrained,
      int step) {
    Map<String, NDArray> leaves = new LinkedHashMap<>();
    trained.forEach(
        (name, adam) -> {
          NDArray leaf = manager.create(adam.values);
          leaf.setRequiresGradient(true);
          leaves.put(name, leaf);
        });
    List<Double> values = new ArrayList<>();
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray total = null;
      for (Weighting weighting : weightings()) {
        NDArray logits =
            conditioner
                .condition(frozen, new Parameters(leaves), weighting)
                .evaluated()
                .terms()
                .get(0)
                .model()
                .parameter("logits");
        Value value = value(logits.toFloatArray(), weighting);
        values.add(value.value());
        // Its gradient by the parameters is that of the value.
        float[] gradient = new float[6];
        for (int i = 0; i < 6; i++) {
          gradient[i] = value.gradient().get(i).floatValue();
        }
        NDArray surrogate = logits.mul(manager.create(gradient)).sum();
        total = total == null ? surrogate : total.add(surrogate);
      }
      collector.backward(total);
    }
    leaves.forEach(
        (name, leaf) -> {
          if (isTrained.test(name)) {
            trained.get(name).ascend(leaf.getGradient().toFloatArray(), step);
          }
        });
    return values;
  }

  /** Adam (Kingma and Ba, 2015), upwards. */
  private static final class Adam {
    private final float[] values;
    private final double[] first;
    private final double[] second;

    Adam(float[] values) {
      this.values = values;
      this.first = new double[values.length];
      this.second = new double[values.length];
    }

    void ascend(float[] gradient, int step) {
      for (int i = 0; i < values.length; i++) {
        first[i] = 0.9 * first[i] + 0.1 * gradient[i];
        second[i] = 0.999 * second[i] + 0.001 * gradient[i] * gradient[i];
        double mean = first[i] / (1 - Math.pow(0.9, step));
        double deviation = Math.sqrt(second[i] / (1 - Math.pow(0.999, step)));
        values[i] += (float) (0.1 * mean / (deviation + 1e-12));
      }
    }
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(value -> value).average().orElseThrow();
  }

  private static double best(Weighting weighting) {
    double sum = 0;
    for (double[] reward : LEAVES) {
      double scalar = weighting.weight(0) * reward[0] + weighting.weight(1) * reward[1];
      sum += Math.exp((1 - KL) / KL * scalar) / LEAVES.length;
    }
    return KL * Math.log(sum);
  }

  @Test
  void productsReachWhatLinearParametersCannot() {
    List<Double> best = weightings().stream().map(TwoTokenTreeTest::best).toList();
    List<Double> linear = train(name -> name.startsWith("objective."));
    List<Double> product = train(name -> true);

    assertThat(mean(best)).isCloseTo(0.7718, within(1e-4));
    assertThat(mean(linear)).isCloseTo(0.7486, within(2e-4));
    assertThat(mean(product)).isBetween(0.7712, mean(best));
    assertThat(product.get(5)).isCloseTo(best.get(5), within(2e-3));
    assertThat(product.get(0)).isCloseTo(best.get(0), within(2e-3));
    assertThat(product.get(10)).isCloseTo(best.get(10), within(2e-3));
  }
}
