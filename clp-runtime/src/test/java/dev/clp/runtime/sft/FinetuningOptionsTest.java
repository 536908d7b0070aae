package dev.clp.runtime.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.runtime.config.OptimizerOptions;
import dev.clp.runtime.config.OptimizerOptions.Decay;
import dev.clp.runtime.config.OptionDescription;
import dev.clp.runtime.config.OptionsBinder;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FinetuningOptionsTest {

  @TempDir Path folder;

  private FinetuningOptions load(String text, String... overrides) throws IOException {
    Path file = folder.resolve("sft.conf");
    Files.writeString(file, text);
    return FinetuningOptions.load(file, List.of(overrides));
  }

  @Test
  void hasDefaultsThatFit() throws IOException {
    FinetuningOptions options =
        load("model = m, data { file = d, response = \"{text}\" }, output = o, steps = 7");
    assertThat(options)
        .isEqualTo(
            new FinetuningOptions(
                Optional.of(folder.resolve("m")),
                Optional.empty(),
                Optional.empty(),
                new FinetuningOptions.Data(
                    folder.resolve("d"),
                    Optional.empty(),
                    64,
                    "",
                    Optional.of("{text}"),
                    Optional.empty(),
                    Optional.empty()),
                folder.resolve("o"),
                Optional.empty(),
                Optional.of(7),
                16,
                new OptimizerOptions(1e-4, 10, Decay.COSINE, 0, 0, 0.9, 0.999, 1e-8, 1),
                1,
                Optional.empty(),
                50,
                Optional.empty(),
                100,
                1));
    assertThat(OptionsBinder.describe(FinetuningOptions.class))
        .extracting(OptionDescription::key)
        .contains("epochs", "data", "data.validation-file")
        .hasSize(36);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "steps = 7 | but found none of them",
        "steps = 7, model = m, config = c | but found model and config",
        "steps = 7, config = c | but found config",
        "steps = 7, model = m, tokenizer = t | but found model and tokenizer",
        "model = m | either epochs or steps, but found neither",
        "model = m, steps = 7, epochs = 1 | either epochs or steps, but found both",
        "model = o, steps = 7 | output is the folder of model",
        "model = m, steps = 7, patiense = 3 | did you mean 'patience'?",
        "model = m, steps = 0 | steps: ",
        "model = m, steps = 7, data.validation-file = d | validation-file is the training file",
      })
  void refusesWhatDoesNotFit(String text, String message) {
    assertThatThrownBy(() -> load("data { file = d, response = \"{text}\" }, output = o\n" + text))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("sft.conf")
        .hasMessageContaining(message);
  }

  @Test
  void countsStepsOfEpochs() throws IOException {
    FinetuningOptions options =
        load("model = m, data { file = d, response = \"{text}\" }, output = o", "epochs = 2.5");
    assertThat(options.steps(3)).isEqualTo(8);
  }
}
