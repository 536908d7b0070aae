package dev.clp.plugins.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.KlRange;
import dev.clp.api.Model;
import dev.clp.api.ParameterGroup;
import dev.clp.api.Parameters;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import dev.clp.api.contract.TinyModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProductClpTest {

  private final NDManager manager = NDManager.newBaseManager();
  private final TinyModel reference = TinyModel.random(manager, 1);
  private final FrozenModels frozen = new FrozenModels(reference, List.of());

  @AfterEach
  void closeModels() {
    manager.close();
  }

  private static Conditioner conditioner(Selection selection) {
    return new ProductClp()
        .create(
            new ProductClpOptions(selection),
            new TestContext(List.of("first", "second", "third"), KlRange.fixed(0.1)));
  }

  private Parameters initial(Conditioner conditioner) {
    return conditioner.initialise(frozen, new SplittableRandom(1));
  }

  private Parameters moved(Conditioner conditioner) {
    Random random = new Random(2);
    Map<String, NDArray> moved = new LinkedHashMap<>();
    initial(conditioner)
        .asMap()
        .forEach(
            (name, array) -> {
              float[] values = array.toFloatArray();
              for (int i = 0; i < values.length; i++) {
                values[i] += (float) random.nextGaussian();
              }
              moved.put(name, manager.create(values, array.getShape()));
            });
    return new Parameters(moved);
  }

  private Model model(Conditioner conditioner, Parameters parameters, Weighting weighting) {
    return conditioner.condition(frozen, parameters, weighting).evaluated().terms().get(0).model();
  }

  private void assertEqualsReference(Model model) {
    for (String name : reference.parameters().names()) {
      float[] found = model.parameter(name).toFloatArray();
      float[] expected = reference.parameter(name).toFloatArray();
      assertThat(found).as(name).containsExactly(expected, within(1e-6f));
    }
  }

  @Test
  void startsAsTheReference() {
    for (Selection selection : Selection.values()) {
      Conditioner conditioner = conditioner(selection);
      assertEqualsReference(
          model(conditioner, initial(conditioner), new Weighting(List.of(0.2, 0.3, 0.5), 0.1)));
    }
  }

  @Test
  void isACopyAtACorner() {
    Conditioner conditioner = conditioner(Selection.EVERYTHING);
    Parameters parameters = moved(conditioner);
    List<String> objectives = List.of("first", "second", "third");
    for (int i = 0; i < 3; i++) {
      Model model = model(conditioner, parameters, Weighting.corner(3, i, 0.1));
      for (String name : reference.parameters().names()) {
        assertThat(model.parameter(name).toFloatArray())
            .as(name)
            .isEqualTo(
                parameters.get("objective." + objectives.get(i) + "." + name).toFloatArray());
      }
    }
  }

  @Test
  void addsADifferencePerPair() {
    Conditioner conditioner = conditioner(Selection.EVERYTHING);
    Parameters parameters = moved(conditioner);
    Map<String, Double> factors =
        Map.of(
            "objective.first.", 0.2,
            "objective.second.", 0.3,
            "objective.third.", 0.5,
            "pair.first.second.", 0.24,
            "pair.first.third.", 0.4,
            "pair.second.third.", 0.6);
    Model model = model(conditioner, parameters, new Weighting(List.of(0.2, 0.3, 0.5), 0.1));
    for (String name : reference.parameters().names()) {
      float[] found = model.parameter(name).toFloatArray();
      double[] expected = new double[found.length];
      factors.forEach(
          (prefix, factor) -> {
            float[] values = parameters.get(prefix + name).toFloatArray();
            for (int i = 0; i < expected.length; i++) {
              expected[i] += factor * values[i];
            }
          });
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) found[i]).as(name).isCloseTo(expected[i], within(1e-5));
      }
    }
    assertThat(parameters.names()).hasSize(6 * reference.parameters().names().size());
  }

  @Test
  void trainsTheRestOnceWhereAttentionIsSelected() {
    Conditioner conditioner = conditioner(Selection.ATTENTION);
    Parameters parameters = moved(conditioner);
    int attention = reference.names(ParameterGroup.ATTENTION).size();
    int all = reference.parameters().names().size();
    assertThat(parameters.names()).hasSize(6 * attention + all - attention);
    Model model = model(conditioner, parameters, new Weighting(List.of(0.2, 0.3, 0.5), 0.1));
    for (String name : reference.names(ParameterGroup.MLP)) {
      assertThat(model.parameter(name)).as(name).isSameAs(parameters.get("shared." + name));
    }
  }

  @Test
  void isPlainFinetuningOfOneObjective() {
    Conditioner conditioner =
        new ProductClp()
            .create(
                new ProductClpOptions(Selection.EVERYTHING),
                new TestContext(List.of("only"), KlRange.fixed(0.1)));
    assertThat(initial(conditioner).count()).isEqualTo(reference.parameters().count());
  }
}
