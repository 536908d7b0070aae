package dev.clp.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.runtime.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The worlds in which the best policy is known, made small. */
class ExactFrontTest {

  private static final Path SAMPLE = Checkout.sample("exact-front");

  @TempDir Path folder;

  @Test
  void theWorldsAreWhatTheGeneratorMakes() throws IOException, InterruptedException {
    Checkout.assertMakes(
        SAMPLE,
        "MakeWorlds.java",
        folder,
        List.of(
            "smooth.json",
            "trap.json",
            "prompts.jsonl",
            "model/config.json",
            "model/tokenizer.json",
            "model/model.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"smooth", "trap"})
  void aRunMeasuresSharesWithoutNoise(String world) throws IOException {
    Path run = folder.resolve("run");
    ClpProcess.Result result =
        ClpProcess.run(
            "run",
            SAMPLE.resolve(world + ".conf").toString(),
            "training.steps=4",
            "evaluation.divisions=2",
            "policies=null",
            "policies.full-clp={}",
            "policies.mod={}",
            "-o",
            run.toString());
    assertThat(result.status()).as(result.output()).isZero();
    JsonNode metrics = new ObjectMapper().readTree(run.resolve("metrics.json").toFile());
    double sum = 0;
    for (String weighting : List.of("1:0@0.05", "0.5:0.5@0.05", "0:1@0.05")) {
      double share = metrics.path("exact.share.full-clp." + weighting).asDouble();
      assertThat(share).as(weighting).isBetween(1e-4, 1.0);
      sum += share;
    }
    assertThat(metrics.path("exact.share.full-clp.mean").asDouble())
        .isCloseTo(sum / 3, within(1e-9));
    assertThat(metrics.path("exact.share.mod.mean").asDouble()).isLessThan(1);
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("Shares of the attainable gain");
  }
}
