package dev.clp.runtime.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.TokenBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quickstart's news, tokenizer and model are what their sources make. */
class QuickstartTest {

  private static final Path QUICKSTART = Path.of("..", "samples", "quickstart");

  @Test
  void newsAndTokenizerComeFromTheirProgram(@TempDir Path folder) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                QUICKSTART.resolve("MakeNews.java").toString(),
                folder.toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
    for (String file :
        List.of(
            "news.jsonl",
            "model-source/config.json",
            "model-source/tokenizer.json",
            "model-source/tokenizer_config.json")) {
      assertThat(QUICKSTART.resolve(file)).hasSameBinaryContentAs(folder.resolve(file));
    }
  }

  @Test
  void tokenizerKnowsEveryWordAndRestoresText() throws IOException {
    ObjectMapper json = new ObjectMapper();
    try (TextTokenizer tokenizer =
        TextTokenizer.read(QUICKSTART.resolve("model-source/tokenizer.json"))) {
      for (String line : Files.readAllLines(QUICKSTART.resolve("news.jsonl"))) {
        JsonNode item = json.readTree(line);
        for (String field : List.of("document", "summary", "target")) {
          String text = item.get(field).asText();
          long[] tokens = tokenizer.encodePlain(text);
          assertThat(LongStream.of(tokens)).as(text).doesNotContain(0L);
          assertThat(tokenizer.decode(tokens)).isEqualTo(text);
        }
      }
      assertThat(tokenizer.encode("\nSummary:")).hasSize(3).startsWith(1).doesNotContain(0);
    }
  }

  @Test
  void modelHasTheLossThatTheReadmeStates() throws IOException {
    FinetuningOptions options = FinetuningOptions.load(QUICKSTART.resolve("sft.conf"), List.of());
    try (NDManager manager = Torch.newManager()) {
      ModelFolder folder = ModelFolder.read(manager, options.output());
      Corpus validation;
      try (TextTokenizer tokenizer = folder.tokenizer()) {
        validation = Corpus.read(options, tokenizer, folder.model().config()).validation();
      }
      double sum = 0;
      for (TokenBatch batch : validation.byLength(options.batch())) {
        NDArray logProbabilities = folder.model().logProbabilities(manager, batch);
        sum -= logProbabilities.sum().getFloat();
      }
      assertThat(sum / validation.learnedTokens()).isCloseTo(LOSS, within(0.001));
      assertThat(Files.readString(QUICKSTART.resolve("README.md")))
          .contains("%.3f nats per token".formatted(LOSS));
    }
  }

  private static final double LOSS = 0.257;
}
