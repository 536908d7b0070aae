package dev.clp.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.api.Sample;
import dev.clp.runtime.Checkout;
import dev.clp.runtime.Commands;
import dev.clp.runtime.Commands.Outcome;
import dev.clp.runtime.evaluate.SampleFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
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
            "concave.json",
            "prompts.jsonl",
            "model/config.json",
            "model/tokenizer.json",
            "model/model.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"smooth", "trap"})
  void aRunMeasuresGainsWithoutNoise(String world) throws IOException {
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
      double share = metrics.path("exact.gain-proportion.full-clp." + weighting).asDouble();
      assertThat(share).as(weighting).isBetween(1e-4, 1.0);
      sum += share;
    }
    assertThat(metrics.path("exact.gain-proportion.full-clp.mean").asDouble())
        .isCloseTo(sum / 3, within(1e-9));
    assertThat(metrics.path("exact.gain-proportion.mod.mean").asDouble()).isLessThan(1);
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("Proportions of the attainable gain");
  }

  /**
   * At balanced weights, what a scalarizer s is best served by is known: the reference times {@code
   * exp((1 - alpha) / alpha * s(R))}. A weighted sum is best served by the ends of a concave front,
   * and the largest weighted distance by its compromises; training reaches either.
   */
  @Test
  void onlyTheDistanceFromAnIdealPointReachesTheCompromisesOfAConcaveFront()
      throws IOException, InterruptedException {
    Path run = folder.resolve("run");
    ClpProcess.Result result =
        ClpProcess.run(
            "run",
            SAMPLE.resolve("concave.conf").toString(),
            "training.steps=40",
            "training.prompts-per-step=6",
            "training.weightings-per-step=1",
            "sampler=null",
            "sampler={ type = fixed, weights = [0.5, 0.5] }",
            "evaluation.divisions=2",
            "policies.tchebycheff-of-means=null",
            "-o",
            run.toString());
    assertThat(result.status()).as(result.output()).isZero();

    List<Sample> linear = balanced(run, "linear");
    List<Sample> tchebycheff = balanced(run, "tchebycheff");
    ToDoubleFunction<Sample> sum = sample -> (first(sample) + second(sample)) / 2;
    ToDoubleFunction<Sample> nearest =
        sample -> {
          double mu = 0.05;
          double one = Math.exp((1 - first(sample)) / 2 / mu);
          double two = Math.exp((1 - second(sample)) / 2 / mu);
          return -mu * Math.log(one + two);
        };
    assertThat(compromises(linear, best(linear, sum))).isLessThan(0.01);
    assertThat(compromises(tchebycheff, best(tchebycheff, nearest))).isGreaterThan(0.85);
    assertThat(compromises(linear, trained(linear))).isLessThan(0.05);
    assertThat(compromises(tchebycheff, trained(tchebycheff))).isGreaterThan(0.7);
    assertThat(smaller(tchebycheff, trained(tchebycheff)))
        .isGreaterThan(smaller(linear, trained(linear)) + 0.15);
    // Expected returns are another matter: a mixture of the ends has more of both.
    assertThat(mean(linear, trained(linear), ExactFrontTest::first))
        .isGreaterThan(mean(tchebycheff, trained(tchebycheff), ExactFrontTest::first));

    Outcome printed =
        Commands.run(
            folder,
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                SAMPLE.resolve("Compromises.java").toString(),
                run.toString()));
    assertThat(printed.status()).as(printed.output()).isZero();
    assertThat(printed.output())
        .contains(
            String.format(
                Locale.ROOT,
                "| tchebycheff | 0.5 | %.3f | %.3f | %.3f | %.3f |",
                mean(tchebycheff, trained(tchebycheff), ExactFrontTest::first),
                mean(tchebycheff, trained(tchebycheff), ExactFrontTest::second),
                smaller(tchebycheff, trained(tchebycheff)),
                compromises(tchebycheff, trained(tchebycheff))));
  }

  private static List<Sample> balanced(Path run, String policy) {
    return SampleFile.read(run.resolve("samples").resolve(policy).resolve("seed-1.jsonl"), true)
        .stream()
        .filter(sample -> sample.weighting().weight(0) == 0.5)
        .toList();
  }

  private static double first(Sample sample) {
    return sample.scores().get(0);
  }

  private static double second(Sample sample) {
    return sample.scores().get(1);
  }

  private static ToDoubleFunction<Sample> trained(List<Sample> listed) {
    return normalised(listed, Sample::logProbability);
  }

  private static ToDoubleFunction<Sample> best(
      List<Sample> listed, ToDoubleFunction<Sample> scalarized) {
    double alpha = listed.get(0).weighting().klCoefficient();
    return normalised(
        listed,
        sample ->
            sample.referenceLogProbability()
                + (1 - alpha) / alpha * scalarized.applyAsDouble(sample));
  }

  /** Returns probabilities that sum to one over the responses to each example. */
  private static ToDoubleFunction<Sample> normalised(
      List<Sample> listed, ToDoubleFunction<Sample> log) {
    Map<String, Double> sums =
        listed.stream()
            .collect(
                Collectors.groupingBy(
                    Sample::example,
                    Collectors.summingDouble(sample -> Math.exp(log.applyAsDouble(sample)))));
    return sample -> Math.exp(log.applyAsDouble(sample)) / sums.get(sample.example());
  }

  private static double mean(
      List<Sample> listed, ToDoubleFunction<Sample> probability, ToDoubleFunction<Sample> value) {
    long examples = listed.stream().map(Sample::example).distinct().count();
    return listed.stream()
            .mapToDouble(sample -> probability.applyAsDouble(sample) * value.applyAsDouble(sample))
            .sum()
        / examples;
  }

  private static double smaller(List<Sample> listed, ToDoubleFunction<Sample> probability) {
    return mean(listed, probability, sample -> Math.min(first(sample), second(sample)));
  }

  /** Returns the probability of responses that have at least 0.2 of either reward. */
  private static double compromises(List<Sample> listed, ToDoubleFunction<Sample> probability) {
    return mean(
        listed, probability, sample -> Math.min(first(sample), second(sample)) >= 0.2 ? 1 : 0);
  }
}
