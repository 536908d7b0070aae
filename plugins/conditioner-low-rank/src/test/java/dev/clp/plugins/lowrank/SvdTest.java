package dev.clp.plugins.lowrank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.Model;
import dev.clp.api.ParameterGroup;
import dev.clp.plugins.lowrank.Adapters.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SvdTest {

  private static Adapters adapters() {
    return new Adapters(new Svd().create(new SvdOptions(3, Targets.ATTENTION), Adapters.CONTEXT));
  }

  @Test
  void startsAsTheReference() {
    try (Adapters adapters = adapters()) {
      Model model = adapters.model(false, 0.3, 0.7);
      for (String name : adapters.reference().parameters().names()) {
        assertThat(model.parameter(name).toFloatArray())
            .as(name)
            .isEqualTo(adapters.reference().parameter(name).toFloatArray());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "0, 1", "0.5, 0.5", "0.2, 0.8"})
  void makesTheWeightsTheLastSingularValues(double first, double second) {
    try (Adapters adapters = adapters()) {
      Model model = adapters.model(true, first, second);
      for (String name : adapters.reference().names(ParameterGroup.ATTENTION)) {
        Matrix singular = adapters.moved(name + ".singular");
        double scale = adapters.moved(name + ".scale").at(0, 0);
        double[][] diagonal = new double[5][5];
        for (int i = 0; i < 3; i++) {
          diagonal[i][i] = singular.at(0, i);
        }
        diagonal[3][3] = scale * first;
        diagonal[4][4] = scale * second;
        Matrix.of(model.parameter(name))
            .assertClose(
                name,
                Matrix.of(adapters.reference().parameter(name))
                    .plus(
                        1,
                        adapters
                            .moved(name + ".left")
                            .times(Matrix.of(diagonal))
                            .times(adapters.moved(name + ".right"))));
      }
      adapters.assertUntouched(
          model, ParameterGroup.MLP, ParameterGroup.EMBEDDING, ParameterGroup.NORM);
    }
  }

  @Test
  void trainsFourArraysPerMatrix() {
    try (Adapters adapters = adapters()) {
      String name = "model.layers.0.self_attn.q_proj.weight";
      assertThat(adapters.names())
          .hasSize(4 * 4)
          .contains(name + ".left", name + ".singular", name + ".scale", name + ".right");
      // The matrix is [4, 6], its rank 5: three singular values and one of each objective's.
      assertThat(adapters.moved(name + ".left").rows()).hasSize(4).allMatch(row -> row.size() == 5);
      assertThat(adapters.moved(name + ".right").rows())
          .hasSize(5)
          .allMatch(row -> row.size() == 6);
    }
  }
}
