package dev.clp.runtime.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.runtime.classify.RewardTrainingOptions.Data;
import dev.clp.runtime.classify.RewardTrainingOptions.Labelled;
import dev.clp.runtime.classify.RewardTrainingOptions.Start;
import dev.clp.runtime.config.OptimizerOptions;
import dev.clp.runtime.config.OptimizerOptions.Decay;
import dev.clp.runtime.config.OptionDescription;
import dev.clp.runtime.config.OptionsBinder;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RewardTrainingOptionsTest {

  @TempDir Path folder;

  private RewardTrainingOptions load(String text, String... overrides) throws IOException {
    Path file = folder.resolve("reward.conf");
    Files.writeString(file, text);
    return RewardTrainingOptions.load(file, List.of(overrides));
  }

  @Test
  void hasDefaultsThatFit() throws IOException {
    assertThat(load("nli {}, data.files = [d], backbone = m, output = o"))
        .isEqualTo(
            new RewardTrainingOptions(
                Optional.of(new Labelled("premise", "hypothesis", "label", Map.of())),
                Optional.empty(),
                Optional.empty(),
                new Data(
                    List.of(folder.resolve("d")),
                    0.1,
                    Optional.empty(),
                    0.1,
                    Optional.empty(),
                    Optional.empty()),
                new Start(Optional.of(folder.resolve("m")), Optional.empty(), Optional.empty()),
                folder.resolve("o"),
                Optional.empty(),
                Optional.empty(),
                5,
                32,
                new OptimizerOptions(5e-4, 20, Decay.COSINE, 0, 0.01, 0.9, 0.999, 1e-8, 1),
                Optional.empty(),
                6,
                100,
                1,
                1));
    assertThat(OptionsBinder.describe(RewardTrainingOptions.class))
        .extracting(OptionDescription::key)
        .contains("nli.either", "learning-rate", "data.validation-file", "backbone");
  }

  @Test
  void readsWhatEachKindHolds() throws IOException {
    String rest =
        ", data.files = [d, e], data.test-file = t, config = c, tokenizer = t, output = o";
    RewardTrainingOptions labelled =
        load("nli.either { not = [neutral, contradiction] }" + rest, "learning-rate=1e-3");
    assertThat(labelled.nli().orElseThrow().either())
        .isEqualTo(Map.of("not", List.of("neutral", "contradiction")));
    assertThat(labelled.optimizer().learningRate()).isEqualTo(1e-3);
    assertThat(labelled.data().testProportion()).isZero();
    assertThat(labelled.data().validationProportion()).isEqualTo(0.1);
    RewardTrainingOptions rated = load("regression { heads = [a, b], response = \"{x}!\" }" + rest);
    assertThat(rated.fields().kind()).isEqualTo(RewardKind.REGRESSION);
    assertThat(rated.regression().orElseThrow().heads()).containsExactly("a", "b");
    assertThat(load("preference {}" + rest).fields().kind()).isEqualTo(RewardKind.PREFERENCE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "backbone = m | expected one of nli, preference and regression",
        "nli {}, preference {}, backbone = m | but found [NLI, PREFERENCE]",
        "nli {} | either backbone",
        "nli {}, backbone = m, config = c | either backbone",
        "nli {}, backbone = o | output is the folder of backbone",
        "regression {}, backbone = m | regression.heads: missing",
        "regression.heads = [], backbone = m | regression.heads: ",
        "nli { lable = x }, backbone = m | did you mean 'label'?",
        "nli {}, backbone = m, batch = 0 | batch: expected",
        "nli {}, backbone = m, data.test = 1 | data.test: expected",
        "nli {}, backbone = m, data.test = 0 | data.test: expected",
        "nli {}, backbone = m, data { test = 0.5, validation = 0.5 } | leave some to train on",
        "nli {}, backbone = m, kind = nlp | kind: unknown key",
      })
  void refusesWhatDoesNotFit(String text, String message) {
    assertThatThrownBy(() -> load("data.files = [d], output = o\n" + text))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("reward.conf")
        .hasMessageContaining(message);
  }
}
