package dev.clp.runtime.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.runtime.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Embeddings of all-MiniLM-L6-v2, held against those that transformers computes. */
class MiniLmTest {

  @Test
  void embeddingsAreThoseOfTransformers() throws IOException {
    String given = System.getProperty("clp.minilm");
    assumeTrue(
        given != null, "skipped: point -Dclp.minilm at a Hugging Face folder of all-MiniLM-L6-v2");
    JsonNode expected =
        new ObjectMapper().readTree(SharedData.path("real/minilm_expected.json").toFile());
    List<String> texts = new ArrayList<>();
    expected.path("sentences").forEach(sentence -> texts.add(sentence.path("text").asText()));
    try (OpenClassifiers classifiers = new OpenClassifiers()) {
      float[][] vectors = classifiers.embedder(Path.of(given), OptionalInt.empty()).embed(texts);
      for (int i = 0; i < vectors.length; i++) {
        JsonNode mean = expected.path("sentences").path(i).path("mean");
        for (int j = 0; j < mean.size(); j++) {
          assertThat((double) vectors[i][j]).isCloseTo(mean.path(j).asDouble(), within(1e-5));
        }
      }
    }
  }
}
