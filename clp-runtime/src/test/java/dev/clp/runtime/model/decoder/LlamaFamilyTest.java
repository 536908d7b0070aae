package dev.clp.runtime.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.runtime.TinyModels;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.ConfigJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlamaFamilyTest {

  private static final String PLAIN =
      "{\"model_type\":\"llama\",\"vocab_size\":12,\"hidden_size\":16,\"intermediate_size\":24,"
          + "\"num_hidden_layers\":2,\"num_attention_heads\":4}";

  @TempDir Path folder;

  @Test
  void takesTheDefaultsOfTheFamily() throws IOException {
    assertThat(read(PLAIN))
        .isEqualTo(TinyModels.config(12, 16, 24, 2, 4, 4, 4, 2048, 1e-6, 10000, false));
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
        .isEqualTo(TinyModels.config(12, 16, 24, 2, 4, 2, 6, 99, 1e-5, 500000, true));
    assertThat(
            read(with("\"rope_parameters\":{\"rope_type\":\"default\",\"rope_theta\":77}"))
                .toJson()
                .path("rope_theta")
                .asDouble())
        .isEqualTo(77);
  }

  @Test
  void readsWhatItWrote() throws IOException {
    DecoderConfig config = read(with("\"head_dim\":6,\"rope_theta\":5e5,\"eos_token_id\":2"));
    assertThat(read(config.toJson().toString())).isEqualTo(config);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          another family     | "model_type":"mamba"                                  | 'mamba'
          a mixture          | "model_type":"mixtral"                                | mixture of experts
          images             | "model_type":"mllama","vision_config":{}              | images
          quantised          | "quantization_config":{"bits":4}                      | quantization_config
          unknown scaling    | "rope_scaling":{"rope_type":"ntk","factor":8}         | 'ntk'
          scaling by nothing | "rope_parameters":{"rope_type":"linear"}              | 'factor'
          unstated yarn      | "rope_parameters":{"rope_type":"yarn"}                | 'factor'
          half of llama3     | "rope_scaling":{"rope_type":"llama3","factor":8}      | 'low_freq_factor'
          unnamed scaling    | "rope_scaling":{"factor":8}                           | rope_type
          scaling by text    | "rope_scaling":{"type":"linear","factor":"x"}         | rope_scaling.factor
          scaling in a list  | "rope_scaling":[8]                                    | must be an object
          few factors        | "rope_scaling":{"type":"su","short_factor":[1]}       | short_factor
          another activation | "hidden_act":"tanh"                                   | 'tanh'
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
        .hasMessageContainingAll("absent.json", "check the path");
    assertThatThrownBy(
            () -> read("{\"model_type\":\"llama\",\"vocab_size\":null,\"hidden_size\":-1}"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("hidden_size");
  }

  /** Later fields win, so that a mistake may replace what was right. */
  private static String with(String fields) {
    return PLAIN.replaceFirst("}$", "," + fields + "}");
  }

  private DecoderConfig read(String json) throws IOException {
    return (DecoderConfig)
        ConfigJson.read(Files.writeString(folder.resolve("config.json"), json)).architecture();
  }
}
