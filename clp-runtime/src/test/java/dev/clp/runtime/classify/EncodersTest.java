package dev.clp.runtime.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.api.Reading;
import dev.clp.api.TextClassifier.TextPair;
import dev.clp.runtime.TinyModels;
import dev.clp.runtime.classify.RewardTrainingOptions.Start;
import dev.clp.runtime.engine.ArrayOperations;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.ConfigJson;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.TokenSequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Encoders of random parameters on the vocabulary of {@link TinyModels}. */
class EncodersTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Offset<Float> CLOSE = within(2e-5f);

  @TempDir Path folder;

  private enum Tiny {
    BERT("Bert", "'model_type': 'bert', 'hidden_size': 16, 'intermediate_size': 24"),
    ROBERTA(
        "Roberta",
        "'model_type': 'roberta', 'hidden_size': 16, 'intermediate_size': 24, 'pad_token_id': 1,"
            + " 'type_vocab_size': 1"),
    DISTILBERT(
        "DistilBert",
        "'model_type': 'distilbert', 'dim': 16, 'hidden_dim': 24, 'n_layers': 2, 'n_heads': 4"),
    MPNET(
        "MPNet",
        "'model_type': 'mpnet', 'hidden_size': 16, 'intermediate_size': 24, 'pad_token_id': 1"),
    DEBERTA(
        "DebertaV2",
        "'model_type': 'deberta-v2', 'hidden_size': 16, 'intermediate_size': 24,"
            + " 'relative_attention': true, 'position_buckets': 4, 'norm_rel_ebd': 'layer_norm',"
            + " 'share_att_key': true, 'pos_att_type': 'p2c|c2p', 'position_biased_input': false,"
            + " 'conv_kernel_size': 3");

    private final String className;
    private final String fields;

    Tiny(String className, String fields) {
      this.className = className;
      this.fields = fields;
    }

    ObjectNode config(String suffix) {
      try {
        ObjectNode json = (ObjectNode) JSON.readTree("{" + fields.replace('\'', '"') + "}");
        json.putArray("architectures").add(className + suffix);
        json.put("vocab_size", TinyModels.VOCABULARY).put("max_position_embeddings", 34);
        if (!json.has("n_layers")) {
          json.put("num_hidden_layers", 2).put("num_attention_heads", 4);
        }
        json.putObject("id2label").put("0", "no").put("1", "yes");
        return json;
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private ClassifierConfig config(Tiny tiny) {
    return ClassifierConfig.read(
        ConfigJson.of(folder.resolve("config.json"), tiny.config("ForSequenceClassification")));
  }

  private static Map<String, NDArray> arrays(NDManager manager, ClassifierConfig config) {
    Random random = new Random(5);
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    config
        .shapes()
        .forEach(
            (name, shape) -> {
              float[] values = new float[(int) shape.size()];
              for (int i = 0; i < values.length; i++) {
                float drawn = (float) random.nextGaussian();
                values[i] = name.endsWith("orm.weight") ? 1 + 0.1f * drawn : 0.3f * drawn;
              }
              arrays.put(name, manager.create(values, shape));
            });
    return arrays;
  }

  private static List<TokenSequence> sequences(int longest) {
    Random random = new Random(9);
    List<TokenSequence> sequences = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      int length = 1 + i * 5 % longest;
      long[] types = new long[length];
      for (int j = length / 2; j < length; j++) {
        types[j] = 1;
      }
      sequences.add(
          new TokenSequence(random.longs(length, 0, TinyModels.VOCABULARY).toArray(), types, 0));
    }
    return sequences;
  }

  @ParameterizedTest
  @EnumSource
  void scoresDoNotDependOnTheBatchAndItsPadding(Tiny tiny) {
    try (NDManager manager = Torch.newManager()) {
      ClassifierConfig config = config(tiny);
      SequenceClassifier network = new SequenceClassifier(config, arrays(manager, config));
      List<TokenSequence> sequences = sequences(config.longest());
      float[][] alone = FolderClassifier.logits(manager, network, sequences, 1);
      float[][] together =
          Torch.withGradients(
              false,
              () -> {
                float[] flat = network.logits(manager, sequences).toFloatArray();
                float[][] rows = new float[16][];
                for (int i = 0; i < 16; i++) {
                  rows[i] = new float[] {flat[2 * i], flat[2 * i + 1]};
                }
                return rows;
              });
      for (int i = 0; i < 16; i++) {
        assertThat(together[i]).as("sequence %d", i).containsExactly(alone[i], CLOSE);
      }
      assertThat(alone[0][0]).isNotCloseTo(alone[1][0], within(1e-3f));
    }
  }

  @ParameterizedTest
  @EnumSource
  void gradientsReachEveryParameter(Tiny tiny) {
    try (NDManager manager = Torch.newManager()) {
      ClassifierConfig config = config(tiny);
      Map<String, NDArray> arrays = arrays(manager, config);
      arrays.values().forEach(array -> array.setRequiresGradient(true));
      SequenceClassifier network = new SequenceClassifier(config, arrays);
      NDList gradients =
          Torch.withGradients(
              true,
              () ->
                  ArrayOperations.gradients(
                      manager,
                      network.logits(manager, sequences(config.longest())).square().sum(),
                      List.copyOf(arrays.values())));
      int at = 0;
      for (String name : arrays.keySet()) {
        float largest = gradients.get(at++).abs().max().getFloat();
        // Where attention depends on contents alone, a bias of all keys changes no weight of it.
        boolean isInvariant =
            tiny != Tiny.DEBERTA && name.matches(".*(self\\.key|attn\\.k|k_lin)\\.bias");
        if (isInvariant) {
          assertThat(largest).as(name).isLessThan(1e-3f);
        } else {
          assertThat(largest).as(name).isGreaterThan(1e-4f);
        }
      }
    }
  }

  @Test
  void tokenTypesMatterWhereTheFamilyHasThem() {
    try (NDManager manager = Torch.newManager()) {
      for (Tiny tiny : List.of(Tiny.BERT, Tiny.ROBERTA)) {
        ClassifierConfig config = config(tiny);
        SequenceClassifier network = new SequenceClassifier(config, arrays(manager, config));
        float[][] logits =
            FolderClassifier.logits(
                manager,
                network,
                List.of(
                    new TokenSequence(new long[] {3, 4}, new long[] {0, 0}, 0),
                    new TokenSequence(new long[] {3, 4}, new long[] {0, 1}, 0)),
                2);
        assertThat(Math.abs(logits[0][0] - logits[1][0]) > 1e-3)
            .as(tiny.name())
            .isEqualTo(tiny == Tiny.BERT);
      }
    }
  }

  /** Writes a folder whose tensors have the names of a plain encoder, without a head. */
  private Path writePlain(Tiny tiny) throws IOException {
    Path plain = folder.resolve("plain");
    try (NDManager manager = Torch.newManager()) {
      ClassifierConfig config = config(tiny);
      Map<String, NDArray> body = new LinkedHashMap<>();
      arrays(manager, config)
          .forEach(
              (name, array) -> {
                if (config.architecture().body().containsKey(name)) {
                  body.put(name.substring(name.indexOf('.') + 1), array);
                }
              });
      ModelFolder.write(
          plain, tiny.config("Model"), body, ModelFolder.tokenizerFiles(TinyModels.folder()));
    }
    return plain;
  }

  private Path writeClassifier(Tiny tiny) {
    Path written = folder.resolve("classifier");
    try (NDManager manager = Torch.newManager()) {
      ClassifierConfig config = config(tiny);
      ClassifierFolder.write(
          written,
          ConfigJson.of(written, tiny.config("ForSequenceClassification")),
          config,
          arrays(manager, config),
          ModelFolder.tokenizerFiles(TinyModels.folder()));
    }
    return written;
  }

  @Test
  void whatIsCutIsCountedAndReported() {
    Path written = writeClassifier(Tiny.BERT);
    try (OpenClassifiers classifiers = new OpenClassifiers()) {
      Reading short5 = new Reading(Reading.Input.PAIR, OptionalInt.of(5), 4);
      float[][] logits =
          classifiers
              .open(written, short5)
              .logits(
                  List.of(
                      new TextPair("red cat dog owl one two", "dog"),
                      new TextPair("red cat dog owl", "dog")));
      assertThat(logits[0]).as("the first text's end is cut").containsExactly(logits[1]);
      assertThat(classifiers.notices())
          .singleElement()
          .asString()
          .contains("1 of 2 texts", "5 tokens", "first text", "max-tokens");
      assertThatThrownBy(
              () ->
                  classifiers.open(written, new Reading(Reading.Input.PAIR, OptionalInt.of(35), 4)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("max-tokens is 35", "at most 34");
    }
    assertThatThrownBy(
            () ->
                OpenClassifiers.unread()
                    .open(written, new Reading(Reading.Input.PAIR, OptionalInt.of(35), 4)))
        .hasMessageContaining("max-tokens is 35");
  }

  @Test
  void embedsTheMeanOfAPlainEncodersStates() throws IOException {
    Path plain = writePlain(Tiny.MPNET);
    try (OpenClassifiers classifiers = new OpenClassifiers()) {
      float[][] together =
          classifiers
              .embedder(plain, OptionalInt.empty())
              .embed(List.of("red cat dog owl one", "red"));
      float[][] alone = classifiers.embedder(plain, OptionalInt.empty()).embed(List.of("red"));
      assertThat(together[1]).containsExactly(alone[0], CLOSE);
      assertThat(together[0]).hasSize(16);
    }
    assertThatThrownBy(() -> OpenClassifiers.unread().embedder(plain, OptionalInt.of(99)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("max-tokens is 99", "from 3 to 32");
    assertThatThrownBy(() -> OpenClassifiers.unread().open(plain))
        .hasMessageContainingAll("[MPNetModel]", "MPNetForSequenceClassification");
    Files.createDirectories(plain.resolve("1_Pooling"));
    Files.writeString(
        plain.resolve("1_Pooling/config.json"),
        "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}");
    assertThatThrownBy(() -> OpenClassifiers.unread().embedder(plain, OptionalInt.empty()))
        .hasMessageContainingAll("pooling_mode_cls_token is true", "mean");
  }

  @Test
  void aRewardIsTrainedOnAPlainEncoder() throws IOException {
    Path plain = writePlain(Tiny.BERT);
    TinyRewards task = new TinyRewards(folder);
    RewardTrainingOptions scratch =
        task.options(TinyRewards.LABELLED, task.labelled("pairs.jsonl"), "reward", 2);
    RewardTrainingOptions options =
        TinyRewards.with(
            scratch,
            new Start(Optional.of(plain), Optional.empty(), Optional.empty()),
            Optional.of(20),
            folder.resolve("reward"));
    RewardReport report = RewardTraining.run(options, event -> {});
    assertThat(report.test().get(0).value().value()).isGreaterThan(0.9);
    ObjectNode written = (ObjectNode) JSON.readTree(folder.resolve("reward/config.json").toFile());
    assertThat(written.path("architectures").path(0).asText())
        .isEqualTo("BertForSequenceClassification");
    assertThat(written.path("clp_max_tokens").asInt()).isEqualTo(20);
    assertThat(written.path("max_position_embeddings").asInt()).isEqualTo(34);
    assertThat(written.path("id2label")).hasSize(3);
    try (OpenClassifiers classifiers = new OpenClassifiers()) {
      assertThat(classifiers.open(folder.resolve("reward")).labels())
          .containsExactly("contradiction", "entailment", "neutral");
    }
  }

  @Test
  void refusesWhatIsNotComputed() {
    ObjectNode json = Tiny.BERT.config("ForSequenceClassification");
    assertRefused(
        json.deepCopy().put("position_embedding_type", "relative_key"), "only absolute positions");
    assertRefused(json.deepCopy().put("hidden_act", "selu"), "hidden_act is 'selu'", "gelu");
    assertRefused(json.deepCopy().put("num_attention_heads", 5), "not a multiple of the 5");
    assertRefused(json.deepCopy().put("model_type", "albert"), "'albert'", "roberta", "llama");
    assertRefused(
        Tiny.DEBERTA.config("ForSequenceClassification").put("pos_att_type", "p2p"),
        "[p2p]",
        "c2p and p2c");
  }

  private void assertRefused(ObjectNode json, String... parts) {
    assertThatThrownBy(
            () -> ClassifierConfig.read(ConfigJson.of(folder.resolve("config.json"), json)))
        .hasMessageContainingAll(parts);
  }
}
