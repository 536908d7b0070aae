package dev.clp.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.api.Example;
import dev.clp.api.Policy;
import dev.clp.runtime.Checkout;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.Request;
import dev.clp.runtime.rollout.Rollout;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.rollout.Tokens;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The project's own checkpoint against what another implementation computed from it. */
class QuickstartModelTest {

  @Test
  void reproducesTokensLogitsAndGreedyText() throws IOException {
    JsonNode golden;
    try (InputStream in = getClass().getResourceAsStream("quickstart-golden.json")) {
      golden = new ObjectMapper().readTree(in);
    }
    try (NDManager manager = Torch.newManager()) {
      ModelFolder read = ModelFolder.read(manager, Checkout.sample("quickstart").resolve("model"));
      long[] prompt = longs(golden.path("ids"));
      assertThat(read.tokenizer().encode(golden.path("prompt").asText())).isEqualTo(prompt);

      Rollout greedy =
          Generator.of(read.tokenizer(), read.tokens().ends())
              .generate(
                  manager,
                  List.of(
                      new Request(
                          Policy.of(read.model()),
                          Example.of("x", ""),
                          Tokens.of(prompt),
                          new SamplingOptions(24, 0, 0, 1),
                          0)))
              .get(0);
      assertThat(greedy.response().toArray()).isEqualTo(longs(golden.path("greedy")));

      // One more token, so that the prompt's last position is one that predicts.
      long[] sequence = Arrays.copyOf(prompt, prompt.length + 1);
      float[] logits =
          read.model()
              .logits(manager, new TokenBatch(List.of(sequence), List.of(1)))
              .toFloatArray();
      JsonNode expected = golden.path("last_logits");
      assertThat(logits).hasSize(expected.size());
      for (int i = 0; i < logits.length; i++) {
        assertThat((double) logits[i]).isCloseTo(expected.get(i).asDouble(), within(1e-4));
      }
    }
  }

  private static long[] longs(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
  }
}
