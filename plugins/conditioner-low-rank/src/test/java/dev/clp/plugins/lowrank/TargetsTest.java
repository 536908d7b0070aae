package dev.clp.plugins.lowrank;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clp.api.Model;
import dev.clp.api.ParameterGroup;
import dev.clp.api.Parameters;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TargetsTest {

  /** An attention block with a bias, as some families have, and a feed-forward block. */
  private record Biased(Parameters parameters) implements Model {

    @Override
    public NDArray parameter(String name) {
      return parameters.get(name);
    }

    @Override
    public Set<String> names(ParameterGroup group) {
      return switch (group) {
        case ATTENTION -> Set.of("query.weight", "query.bias");
        case MLP -> Set.of("up.weight");
        case EMBEDDING, NORM, OUTPUT -> Set.of();
      };
    }

    @Override
    public Model bind(Map<String, NDArray> replacements) {
      return new Biased(new Parameters(replacements));
    }
  }

  @Test
  void areMatrices() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Model model =
          new Biased(
              new Parameters(
                  Map.of(
                      "query.weight", manager.zeros(new Shape(2, 3)),
                      "query.bias", manager.zeros(new Shape(2)),
                      "up.weight", manager.zeros(new Shape(4, 2)))));
      assertThat(Targets.ATTENTION.of(model)).containsExactly("query.weight");
      assertThat(Targets.MLP.of(model)).containsExactly("up.weight");
      assertThat(Targets.BOTH.of(model)).containsExactly("query.weight", "up.weight");
    }
  }
}
