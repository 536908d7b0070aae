package dev.clp.plugins.lowrank;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clp.api.Model;
import dev.clp.api.ParameterGroup;
import dev.clp.plugins.lowrank.Adapters.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoraClpTest {

  private static final double SCALE = 5 / 2.0;

  private static Adapters adapters(Targets targets) {
    return new Adapters(new LoraClp().create(new LoraClpOptions(2, 5, targets), Adapters.CONTEXT));
  }

  private static Matrix product(Adapters adapters, String objective, String name) {
    String prefix = "objective." + objective + "." + name;
    return adapters.moved(prefix + ".lora_B").times(adapters.moved(prefix + ".lora_A"));
  }

  @Test
  void startsAsTheReference() {
    try (Adapters adapters = adapters(Targets.BOTH)) {
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
  void averagesTheProducts(double first, double second) {
    try (Adapters adapters = adapters(Targets.BOTH)) {
      Model model = adapters.model(true, first, second);
      for (ParameterGroup group :
          new ParameterGroup[] {ParameterGroup.ATTENTION, ParameterGroup.MLP}) {
        for (String name : adapters.reference().names(group)) {
          Matrix.of(model.parameter(name))
              .assertClose(
                  name,
                  Matrix.of(adapters.reference().parameter(name))
                      .plus(SCALE * first, product(adapters, "first", name))
                      .plus(SCALE * second, product(adapters, "second", name)));
        }
      }
      adapters.assertUntouched(model, ParameterGroup.EMBEDDING, ParameterGroup.NORM);
    }
  }

  /** The mistake that makes the two look alike at the corners and nowhere else. */
  @Test
  void doesNotMultiplyAverages() {
    try (Adapters adapters = adapters(Targets.ATTENTION)) {
      Model model = adapters.model(true, 0.5, 0.5);
      for (String name : adapters.reference().names(ParameterGroup.ATTENTION)) {
        Matrix b =
            adapters
                .moved("objective.first." + name + ".lora_B")
                .plus(1, adapters.moved("objective.second." + name + ".lora_B"));
        Matrix a =
            adapters
                .moved("objective.first." + name + ".lora_A")
                .plus(1, adapters.moved("objective.second." + name + ".lora_A"));
        Matrix crossed =
            Matrix.of(adapters.reference().parameter(name)).plus(SCALE / 4, b.times(a));
        assertThat(Matrix.of(model.parameter(name)).distance(crossed)).as(name).isGreaterThan(0.1);
      }
    }
  }

  @Test
  void trainsAdaptersOfTheTargetsOnly() {
    try (Adapters adapters = adapters(Targets.ATTENTION)) {
      assertThat(adapters.names())
          .hasSize(2 * 2 * 4)
          .allMatch(
              name -> name.matches("objective\\.(first|second)\\..*_proj\\.weight\\.lora_[AB]"))
          .allMatch(name -> name.contains("self_attn"));
      adapters.assertUntouched(
          adapters.model(true, 0.5, 0.5),
          ParameterGroup.MLP,
          ParameterGroup.EMBEDDING,
          ParameterGroup.NORM);
    }
    try (Adapters adapters = adapters(Targets.MLP)) {
      assertThat(adapters.names()).hasSize(2 * 2 * 3).allMatch(name -> name.contains("mlp"));
    }
  }
}
