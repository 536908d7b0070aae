package dev.clp.runtime.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.api.Example;
import dev.clp.api.Policy;
import dev.clp.runtime.SharedData;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.rollout.Generator;
import dev.clp.runtime.rollout.Request;
import dev.clp.runtime.rollout.Rollout;
import dev.clp.runtime.rollout.SamplingOptions;
import dev.clp.runtime.rollout.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A really pretrained checkpoint against what other programs computed from it. */
class StoriesTest {

  @Test
  void reproducesGreedyTextAndLogits() throws IOException {
    Path folder = SharedData.path("stories260k");
    JsonNode golden = new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
    try (NDManager manager = Torch.newManager()) {
      ModelFolder read = ModelFolder.read(manager, folder);
      Request request =
          new Request(
              Policy.of(read.model()),
              Example.of("golden", ""),
              Tokens.of(read.tokens().beginning().getAsLong()),
              new SamplingOptions(golden.at("/greedy/tokens").asInt(), 0, 0, 1),
              0);
      Rollout rollout =
          Generator.of(read.tokenizer(), Set.of()).generate(manager, List.of(request)).get(0);
      assertThat(rollout.text()).isEqualTo(golden.at("/greedy/text").asText());

      JsonNode ids = golden.at("/teacher_forced/ids");
      long[] tokens = new long[ids.size() + 1];
      for (int i = 0; i < ids.size(); i++) {
        tokens[i] = ids.get(i).asLong();
      }
      NDArray logits = read.model().logits(manager, new TokenBatch(List.of(tokens), List.of(1)));
      float[] last = logits.toFloatArray();
      JsonNode expected = golden.at("/teacher_forced/last_logits");
      assertThat(last).hasSize(expected.size());
      for (int i = 0; i < last.length; i++) {
        assertThat((double) last[i]).isCloseTo(expected.get(i).asDouble(), within(1e-4));
      }
    }
  }
}
