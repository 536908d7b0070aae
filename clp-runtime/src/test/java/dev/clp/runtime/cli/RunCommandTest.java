package dev.clp.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job as a user does it, made small, in processes that may be killed. */
class RunCommandTest {

  private static final List<String> SMALL =
      List.of(
          "seeds=[1]",
          "training.steps=6",
          "training.checkpoint-every=2",
          "training.prompts-per-step=4",
          "training.samples-per-prompt=2",
          "experts.steps=4",
          "data.evaluation=8",
          "data.calibration=16",
          "evaluation.divisions=2");

  @TempDir Path folder;

  @Test
  void outOfRoomOrKilledAtAnyMomentAndResumedItEndsWithTheSameParameters() throws IOException {
    Path whole = folder.resolve("whole");
    ClpProcess.Result result = ClpProcess.run(arguments(whole));
    assertThat(result.status()).as(result.output()).isZero();
    assertThat(result.output()).contains("hypervolume", "Report: " + whole.resolve("report.html"));

    Path interrupted = folder.resolve("interrupted");
    String run = interrupted.toString();
    // A policy's parameters fit, the state of its optimizer does not.
    result = ClpProcess.startWithRoom(500, arguments(interrupted)).finish();
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output())
        .containsPattern("clp: .*optimizer.safetensors: cannot be written: .*'clp resume'")
        .doesNotContain("please report");
    assertThat(interrupted.resolve("experts"))
        .isDirectoryNotContaining(file -> file.toString().endsWith(".draft"));
    ClpProcess.start("resume", run).killWhen(interrupted.resolve("experts"), "step-00000002", 0);
    ClpProcess.start("resume", run)
        .killWhen(interrupted.resolve("policies"), "step-00000004.draft", 0);
    ClpProcess.start("resume", run).killWhen(interrupted.resolve("samples"), "seed-1.jsonl", 0);
    assertThat(interrupted.resolve("report.html")).doesNotExist();
    result = ClpProcess.run("resume", run);
    assertThat(result.status()).as(result.output()).isZero();

    Map<String, byte[]> expected = parameters(whole);
    assertThat(expected).hasSizeGreaterThanOrEqualTo(5);
    Map<String, byte[]> found = parameters(interrupted);
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, bytes) -> assertThat(found.get(name)).as(name).isEqualTo(bytes));
    assertThat(samples(interrupted)).isEqualTo(samples(whole));

    describesItself(whole);
    isJudgedAgainAlike(whole);
    comparesWith(whole, interrupted);
    answers(whole);
  }

  private void describesItself(Path run) throws IOException {
    ObjectMapper json = new ObjectMapper();
    JsonNode manifest = json.readTree(run.resolve("manifest.json").toFile());
    assertThat(manifest.path("components").findValuesAsText("name"))
        .contains("full-clp", "rewarded-soups", "rouge-1", "brevity", "dirichlet", "pareto");
    assertThat(manifest.path("components").get(0).path("sha256").asText()).hasSize(64);
    JsonNode metrics = json.readTree(run.resolve("metrics.json").toFile());
    assertThat(metrics.path("pareto.hypervolume.full-clp.mean").asDouble()).isPositive();
    assertThat(metrics.path("pareto.cost.rewarded-soups.stored-parameters").asDouble())
        .isEqualTo(2 * 110_528);
    assertThat(Files.readString(run.resolve("report.html"))).contains("rewarded-soups");
    try (Stream<Path> figures = Files.list(run.resolve("figures"))) {
      assertThat(figures.map(path -> path.getFileName().toString()))
          .contains(
              "pareto-front-accuracy-brevity.png",
              "pareto-front-accuracy-brevity.svg",
              "training-kl.svg");
    }
  }

  private void isJudgedAgainAlike(Path run) throws IOException {
    String before = Files.readString(run.resolve("metrics.json"));
    Files.delete(run.resolve("metrics.json"));
    ClpProcess.Result result = ClpProcess.run("evaluate", run.toString());
    assertThat(result.status()).as(result.output()).isZero();
    assertThat(Files.readString(run.resolve("metrics.json"))).isEqualTo(before);
  }

  private void comparesWith(Path run, Path other) throws IOException {
    Path output = folder.resolve("both");
    ClpProcess.Result result =
        ClpProcess.run("compare", run.toString(), other.toString(), "--output", output.toString());
    assertThat(result.status()).as(result.output()).isZero();
    assertThat(Files.readString(output.resolve("metrics.json")))
        .contains("whole/full-clp", "interrupted/full-clp");
  }

  private void answers(Path run) {
    ClpProcess.Result result =
        ClpProcess.run(
            "generate",
            run.toString(),
            "--policy",
            "full-clp",
            "--sweep",
            "2",
            "--prompt",
            "Parker won the poetry prize in Ashby on Thursday.\nSummary:");
    assertThat(result.status()).as(result.output()).isZero();
    assertThat(result.output().lines().filter(line -> line.startsWith("["))).hasSize(3);
    assertThat(result.output().lines().filter(line -> !line.isBlank())).hasSizeGreaterThan(4);
  }

  @Test
  void mistakesOfUsersAreOneLineEachWithAStatus() {
    ClpProcess.Result result = ClpProcess.run("run", "no-such-file.conf");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output()).startsWith("clp: ").contains("no-such-file.conf");
    assertThat(result.output()).doesNotContain("\tat ");

    result =
        ClpProcess.run(
            "run", "samples/quickstart/quickstart.conf", "training.step=3", "kl=2", "-o", "x");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output())
        .contains("training.step", "did you mean", "kl")
        .doesNotContain("\tat ");
    assertThat(Path.of("x")).doesNotExist();

    result = ClpProcess.run("generate", "samples/quickstart", "--prompt", "x");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output()).startsWith("clp: ").doesNotContain("\tat ");

    assertThat(ClpProcess.run("no-such-command").status()).isEqualTo(2);
  }

  private static String[] arguments(Path output) {
    List<String> arguments = new ArrayList<>();
    arguments.add("run");
    arguments.add("samples/quickstart/quickstart.conf");
    arguments.addAll(SMALL);
    arguments.add("--output");
    arguments.add(output.toString());
    return arguments.toArray(new String[0]);
  }

  private static Map<String, byte[]> parameters(Path run) throws IOException {
    return files(run, "parameters.safetensors");
  }

  private static Map<String, String> samples(Path run) throws IOException {
    Map<String, String> samples = new TreeMap<>();
    files(run.resolve("samples"), ".jsonl")
        .forEach((name, bytes) -> samples.put(name, new String(bytes, StandardCharsets.UTF_8)));
    assertThat(samples).hasSize(5);
    return samples;
  }

  private static Map<String, byte[]> files(Path root, String suffix) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.filter(path -> path.toString().endsWith(suffix)).toList()) {
        files.put(root.relativize(path).toString(), Files.readAllBytes(path));
      }
    }
    return files;
  }
}
