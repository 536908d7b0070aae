package dev.clp.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlamaConfigTest {

  private static final String PLAIN =
      "{\"model_type\":\"llama\",\"vocab_size\":12,\"hidden_size\":16,\"intermediate_size\":24,"
          + "\"num_hidden_layers\":2,\"num_attention_heads\":4}";

  @TempDir Path folder;

  @Test
  void takesTheDefaultsOfTheFamily() throws IOException {
    assertThat(read(PLAIN))
        .isEqualTo(new LlamaConfig(12, 16, 24, 2, 4, 4, 4, 2048, 1e-6, 10000, false));
  }

  @Test
  void readsEveryField() throws IOException {
    assertThat(
            read(
                with(
                    "\"num_key_value_heads\":2,\"head_dim\":6,\"max_position_embeddings\":99,"
                        + "\"rms_norm_eps\":1e-5,\"rope_theta\":500000.0,"
                        + "\"tie_word_embeddings\":true,\"bos_token_id\":1,"
                        + "\"eos_token_id\":[2,3],\"rope_scaling\":null")))
        .isEqualTo(new LlamaConfig(12, 16, 24, 2, 4, 2, 6, 99, 1e-5, 500000, true));
    assertThat(
            read(with("\"rope_parameters\":{\"rope_type\":\"default\",\"rope_theta\":77}"))
                .ropeTheta())
        .isEqualTo(77);
  }

  @Test
  void readsWhatItWrote() throws IOException {
    LlamaConfig config = read(with("\"head_dim\":6,\"rope_theta\":5e5,\"eos_token_id\":2"));
    assertThat(read(config.toJson().toString())).isEqualTo(config);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          another family     | "model_type":"gpt2"                                   | 'gpt2'
          attention biases   | "attention_bias":true                                 | attention_bias
          other biases       | "mlp_bias":true                                       | mlp_bias
          rope scaling       | "rope_scaling":{"rope_type":"llama3","factor":8}      | rope_scaling
          newer rope scaling | "rope_parameters":{"rope_type":"yarn"}                | 'yarn'
          another activation | "hidden_act":"gelu"                                   | 'gelu'
          odd heads          | "head_dim":5                                          | head_dim = 5
          odd by division    | "num_attention_heads":16,"num_key_value_heads":16     | head_dim = 1
          ragged groups      | "num_key_value_heads":3                               | num_key_value_heads = 3
          no vocabulary      | "vocab_size":0                                        | vocab_size
          huge vocabulary    | "vocab_size":3000000000                               | vocab_size
          textual width      | "hidden_size":"16"                                    | hidden_size
          fractional layers  | "num_hidden_layers":1.5                               | num_hidden_layers
          negative epsilon   | "rms_norm_eps":-1                                     | rms_norm_eps
          textual theta      | "rope_theta":"x"                                      | rope_theta
          """)
  void refusesWhatItDoesNotSupport(String what, String fields, String message) throws IOException {
    assertThatThrownBy(() -> read(with(fields)))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(folder.resolve("config.json").toString())
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"``", "[]", "{", "null", "5", "{}"})
  void refusesWhatIsNoConfiguration(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(folder.resolve("config.json").toString());
  }

  @Test
  void saysWhatIsMissing() {
    assertThatThrownBy(() -> ConfigJson.read(folder.resolve("absent.json")))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("absent.json", "Hugging Face folder");
    assertThatThrownBy(() -> read("{\"model_type\":\"llama\"}"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("found nothing");
  }

  /** Later fields win, so that a mistake may replace what was right. */
  private static String with(String fields) {
    return PLAIN.replaceFirst("}$", "," + fields + "}");
  }

  private LlamaConfig read(String json) throws IOException {
    return (LlamaConfig)
        ConfigJson.read(Files.writeString(folder.resolve("config.json"), json)).architecture();
  }
}
