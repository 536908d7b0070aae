package dev.clp.runtime.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import dev.clp.api.Parameters;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.decoder.DecoderConfig;
import org.junit.jupiter.api.Test;

class InitialisationTest {

  private static final DecoderConfig CONFIG =
      TinyModels.config(200, 64, 128, 8, 4, 2, 16, 32, 1e-5, 10000, true);

  @Test
  void drawsTheDeviationsOfGpt2() {
    try (NDManager manager = Torch.newManager()) {
      Parameters parameters = Initialisation.draw(manager, CONFIG, 3);
      assertThat(parameters.names()).containsExactlyElementsOf(CONFIG.shapes().keySet());
      for (String name : parameters.names()) {
        float[] values = parameters.get(name).toFloatArray();
        if (name.endsWith("norm.weight")) {
          assertThat(values).containsOnly(1f);
          continue;
        }
        boolean addsToResidual = name.contains("o_proj") || name.contains("down_proj");
        double expected = addsToResidual ? 0.02 / 4 : 0.02;
        assertThat(deviation(values)).as(name).isCloseTo(expected, within(0.06 * expected));
      }
    }
  }

  private static double deviation(float[] values) {
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += value * value;
    }
    double mean = sum / values.length;
    return Math.sqrt(squares / values.length - mean * mean);
  }

  @Test
  void dependsOnTheSeedAndNameAlone() {
    try (NDManager manager = Torch.newManager()) {
      String name = "model.layers.0.self_attn.q_proj.weight";
      float[] values = Initialisation.draw(manager, CONFIG, 3).get(name).toFloatArray();
      assertThat(Initialisation.draw(manager, CONFIG, 3).get(name).toFloatArray())
          .isEqualTo(values);
      assertThat(Initialisation.draw(manager, CONFIG, 4).get(name).toFloatArray())
          .isNotEqualTo(values);
      assertThat(
              Initialisation.draw(manager, CONFIG, 3)
                  .get(name.replace("layers.0", "layers.1"))
                  .toFloatArray())
          .isNotEqualTo(values);
    }
  }
}
