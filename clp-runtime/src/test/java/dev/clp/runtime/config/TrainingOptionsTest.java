package dev.clp.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TrainingOptionsTest {

  /** The section of a run from before its options were split by what they are for. */
  private static final Config BEFORE =
      ConfigFactory.parseString(
          """
          {"beta1":0.9,"beta2":0.999,"checkpoint-every":50,"clip-norm":1.0,"decay":"linear",
           "epsilon":1.0E-8,"estimator":"grpo","final-learning-rate-fraction":0.1,
           "learning-rate":0.001,"prompts-per-step":16,"responses":"sampled",
           "samples-per-prompt":4,"scalarize":"responses","steps":200,"warmup-steps":10,
           "weight-decay":0.0,"weightings-per-step":2}
          """);

  @Test
  void readsAndWritesTheFlatKeysOfEarlierRuns() {
    Problems problems = new Problems();
    TrainingOptions options =
        OptionsBinder.bind(BEFORE, TrainingOptions.class, Path.of(""), problems).orElseThrow();
    assertThat(options.optimizer().learningRate()).isEqualTo(1e-3);
    assertThat(options.learner().estimator()).isEqualTo(PolicyGradientOptions.Estimator.GRPO);
    assertThat(options.learner().grpoDeviation())
        .isEqualTo(PolicyGradientOptions.Deviation.POPULATION);
    assertThat(OptionsBinder.render(options).toConfig().withoutPath("grpo-deviation"))
        .isEqualTo(BEFORE);
  }
}
