package dev.clp.runtime.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.api.Reading;
import dev.clp.api.TextClassifier;
import dev.clp.api.TextClassifier.TextPair;
import dev.clp.runtime.SharedData;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.TokenSequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scores of random classifiers, held against transformers' in double precision. */
class ClassifierFixturesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Offset<Float> CLOSE = within(1e-4f);

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert",
        "bert_hubnames",
        "roberta",
        "roberta_hubbuffers",
        "distilbert",
        "mpnet",
        "deberta_v2",
        "deberta_v2_conv",
        "llama_cls",
        "qwen2_cls",
        "gpt2_cls",
        "bart_cls"
      })
  void scoresAreThoseOfTransformers(String family) throws IOException {
    Path folder = SharedData.path("families/" + family);
    JsonNode expected = JSON.readTree(folder.resolve("expected.json").toFile());
    assertScores(folder, expected);
    for (String spelling : List.of("config_hub.json", "config_bare.json")) {
      if (Files.exists(folder.resolve(spelling))) {
        Path other = temporary.resolve(spelling);
        Files.createDirectories(other);
        Files.copy(folder.resolve(spelling), other.resolve("config.json"));
        for (String name : List.of("model.safetensors", "tokenizer.json")) {
          Files.createSymbolicLink(other.resolve(name), folder.resolve(name).toAbsolutePath());
        }
        assertScores(other, expected);
      }
    }
  }

  private static void assertScores(Path folder, JsonNode expected) {
    try (NDManager manager = Torch.newManager()) {
      ClassifierFolder read = ClassifierFolder.read(manager, folder);
      read.encoder().tokenizer().close();
      assertThat(read.network().config().labels()).isEqualTo(texts(expected.path("labels")));
      List<TokenSequence> sequences = sequences(expected.path("inputs"));
      for (int size : new int[] {1, 16}) {
        float[][] logits = FolderClassifier.logits(manager, read.network(), sequences, size);
        for (int row = 0; row < logits.length; row++) {
          assertThat(logits[row])
              .as("%s, row %d, in batches of %d", folder, row, size)
              .containsExactly(numbers(expected.path("logits").path(row)), CLOSE);
        }
      }
    }
  }

  /**
   * The folder's own tokenizer makes of the texts what transformers' does, token types included.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert",
        "roberta",
        "distilbert",
        "mpnet",
        "deberta_v2_conv",
        "gpt2_cls",
        "bart_cls"
      })
  void textsAreReadAsTransformersReadsThem(String family) throws IOException {
    Path folder = SharedData.path("families/" + family);
    JsonNode expected = JSON.readTree(folder.resolve("expected.json").toFile());
    try (OpenClassifiers classifiers = new OpenClassifiers()) {
      List<TextPair> pairs = new ArrayList<>();
      boolean single = expected.path("texts").path(0).isTextual();
      for (JsonNode text : expected.path("texts")) {
        pairs.add(
            single
                ? new TextPair("", text.asText())
                : new TextPair(text.path(0).asText(), text.path(1).asText()));
      }
      Reading.Input input = single ? Reading.Input.SECOND_ALONE : Reading.Input.PAIR;
      TextClassifier classifier =
          classifiers.open(folder, new Reading(input, OptionalInt.empty(), 2));
      float[][] logits = classifier.logits(pairs);
      for (int row = 0; row < logits.length; row++) {
        assertThat(logits[row]).containsExactly(numbers(expected.path("logits").path(row)), CLOSE);
      }
      assertThat(classifiers.notices()).isEmpty();
    }
  }

  private static List<TokenSequence> sequences(JsonNode inputs) {
    List<TokenSequence> sequences = new ArrayList<>();
    for (int row = 0; row < inputs.path("input_ids").size(); row++) {
      int length = 0;
      for (JsonNode mark : inputs.path("attention_mask").path(row)) {
        length += mark.asInt();
      }
      long[] tokens = new long[length];
      long[] types = new long[length];
      for (int i = 0; i < length; i++) {
        tokens[i] = inputs.path("input_ids").path(row).path(i).asLong();
        types[i] = inputs.path("token_type_ids").path(row).path(i).asLong();
      }
      sequences.add(new TokenSequence(tokens, types, 0));
    }
    return sequences;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static float[] numbers(JsonNode array) {
    float[] numbers = new float[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) array.path(i).asDouble();
    }
    return numbers;
  }
}
