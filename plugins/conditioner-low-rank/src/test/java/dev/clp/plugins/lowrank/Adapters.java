package dev.clp.plugins.lowrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.clp.api.ComponentContext;
import dev.clp.api.Conditioner;
import dev.clp.api.FrozenModels;
import dev.clp.api.KlRange;
import dev.clp.api.Model;
import dev.clp.api.ParameterGroup;
import dev.clp.api.Parameters;
import dev.clp.api.Policy;
import dev.clp.api.Weighting;
import dev.clp.api.contract.TestContext;
import dev.clp.api.contract.TinyModel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;

/** A reference, adapters of it that training would have moved, and the arithmetic by hand. */
final class Adapters implements AutoCloseable {

  static final ComponentContext CONTEXT =
      new TestContext(List.of("first", "second"), KlRange.fixed(0.1));

  private final NDManager manager = NDManager.newBaseManager();
  private final Conditioner conditioner;
  private final FrozenModels frozen = new FrozenModels(TinyModel.random(manager, 1), List.of());
  private final Parameters initial;
  private final Parameters moved;

  Adapters(Conditioner conditioner) {
    this.conditioner = conditioner;
    this.initial = conditioner.initialise(frozen, new SplittableRandom(1));
    Random random = new Random(2);
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    initial
        .asMap()
        .forEach(
            (name, array) -> {
              float[] values = array.toFloatArray();
              for (int i = 0; i < values.length; i++) {
                values[i] += (float) random.nextGaussian();
              }
              arrays.put(name, manager.create(values, array.getShape()));
            });
    this.moved = new Parameters(arrays);
  }

  Model reference() {
    return frozen.reference();
  }

  Set<String> names() {
    return initial.names();
  }

  /** Returns the model of a weighting, before training or after. */
  Model model(boolean trained, Double... weights) {
    Policy policy =
        conditioner.condition(
            frozen, trained ? moved : initial, new Weighting(List.of(weights), 0.1));
    assertThat(policy.terms()).hasSize(1);
    return policy.evaluated().terms().get(0).model();
  }

  Matrix moved(String name) {
    return Matrix.of(moved.get(name));
  }

  /** Asserts that a model is the reference, except in some groups. */
  void assertUntouched(Model model, ParameterGroup... groups) {
    for (ParameterGroup group : groups) {
      for (String name : reference().names(group)) {
        assertThat(model.parameter(name)).as(name).isSameAs(reference().parameter(name));
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }

  /** A matrix in double precision; a vector is one row. */
  record Matrix(List<List<Double>> rows) {

    static Matrix of(NDArray array) {
      float[] values = array.toFloatArray();
      int columns = (int) array.getShape().get(array.getShape().dimension() - 1);
      double[][] rows = new double[values.length / columns][columns];
      for (int i = 0; i < values.length; i++) {
        rows[i / columns][i % columns] = values[i];
      }
      return of(rows);
    }

    static Matrix of(double[][] rows) {
      return new Matrix(
          Arrays.stream(rows).map(row -> Arrays.stream(row).boxed().toList()).toList());
    }

    double at(int row, int column) {
      return rows.get(row).get(column);
    }

    Matrix times(Matrix other) {
      double[][] product = new double[rows.size()][other.rows.get(0).size()];
      for (int i = 0; i < product.length; i++) {
        for (int j = 0; j < product[i].length; j++) {
          for (int k = 0; k < other.rows.size(); k++) {
            product[i][j] += at(i, k) * other.at(k, j);
          }
        }
      }
      return of(product);
    }

    /** Returns {@code this + factor * other}. */
    Matrix plus(double factor, Matrix other) {
      double[][] sum = new double[rows.size()][rows.get(0).size()];
      for (int i = 0; i < sum.length; i++) {
        for (int j = 0; j < sum[i].length; j++) {
          sum[i][j] = at(i, j) + factor * other.at(i, j);
        }
      }
      return of(sum);
    }

    /** Returns the largest absolute difference of two entries. */
    double distance(Matrix other) {
      return plus(-1, other).rows.stream()
          .flatMap(List::stream)
          .mapToDouble(Math::abs)
          .max()
          .orElseThrow();
    }

    void assertClose(String what, Matrix expected) {
      assertThat(distance(expected)).as("distance: " + what).isCloseTo(0, within(1e-4));
    }
  }
}
