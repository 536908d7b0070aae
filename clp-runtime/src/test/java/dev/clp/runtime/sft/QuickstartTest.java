package dev.clp.runtime.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.api.Example;
import dev.clp.api.Policy;
import dev.clp.runtime.Checkout;
import dev.clp.runtime.data.JsonLines;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.TextTokenizer;
import dev.clp.runtime.model.TokenBatch;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.Request;
import dev.clp.runtime.rollout.Rollout;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.rollout.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quickstart's news, tokenizer and model are what their sources make. */
class QuickstartTest {

  private static final double LOSS = 0.257;
  private static final Set<String> NUMBERS =
      Set.of(
          ("four five six seven eight nine ten twelve fifteen twenty thirty forty fifty sixty"
                  + " seventy eighty ninety")
              .split(" "));
  private static final Path QUICKSTART = Checkout.sample("quickstart");

  @Test
  void newsAndTokenizerComeFromTheirProgram(@TempDir Path folder) throws Exception {
    Checkout.assertMakes(
        QUICKSTART,
        "MakeNews.java",
        folder,
        List.of(
            "news.jsonl",
            "model-source/config.json",
            "model-source/tokenizer.json",
            "model-source/tokenizer_config.json"));
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
        validation =
            Corpus.read(options, tokenizer, folder.architecture(), folder.tokens()).validation();
      }
      double sum = 0;
      for (TokenBatch batch : validation.byLength(options.batch())) {
        NDArray logProbabilities = folder.model().logProbabilities(manager, batch);
        sum -= logProbabilities.sum().getFloat();
      }
      assertThat(sum / validation.learnedTokens()).isCloseTo(LOSS, within(0.001));
      assertThat(Files.readString(QUICKSTART.resolve("README.md")))
          .contains(String.format(Locale.ROOT, "%.3f nats per token", LOSS));
    }
  }

  @Test
  void modelLeavesSomethingToImprove() throws IOException {
    FinetuningOptions options = FinetuningOptions.load(QUICKSTART.resolve("sft.conf"), List.of());
    try (NDManager manager = Torch.newManager()) {
      ModelFolder folder = ModelFolder.read(manager, options.output());
      try (TextTokenizer tokenizer = folder.tokenizer()) {
        List<Example> all =
            JsonLines.read(
                options.data().file(),
                options.data().prompt(),
                List.of("summary"),
                Optional.of("id"),
                Optional.empty());
        Policy policy = Policy.of(folder.model());
        List<Request> requests = new ArrayList<>();
        for (Example example : all.subList(all.size() - 200, all.size())) {
          Tokens prompt = Tokens.of(tokenizer.encode(example.prompt()));
          requests.add(
              new Request(policy, example, prompt, SamplingOptions.faithful(30), requests.size()));
        }
        List<Rollout> rollouts =
            Generator.of(tokenizer, folder.tokens().ends()).generate(manager, requests);
        long faithful = rollouts.stream().filter(QuickstartTest::isFaithful).count();
        assertThat(faithful).as("summaries without a foreign name or number").isBetween(120L, 160L);
        assertThat(rollouts)
            .as("all ended by themselves")
            .allMatch(
                rollout -> rollout.response().toArray()[rollout.response().length() - 1] == 2);
        List<Integer> lengths =
            rollouts.stream().map(rollout -> rollout.text().strip().split(" ").length).toList();
        assertThat(lengths).as("headlines and detailed summaries").contains(3, 6, 12);
      }
    }
  }

  /** Returns whether every name and number stands in the document. */
  private static boolean isFaithful(Rollout rollout) {
    List<String> document = words(rollout.example().fields().get("document"));
    return words(rollout.text().strip()).stream()
        .filter(word -> Character.isUpperCase(word.charAt(0)) || NUMBERS.contains(word))
        .allMatch(
            word -> document.contains(word) || document.contains(word.toLowerCase(Locale.ROOT)));
  }

  private static List<String> words(String text) {
    return List.of(text.split("\\W+"));
  }
}
