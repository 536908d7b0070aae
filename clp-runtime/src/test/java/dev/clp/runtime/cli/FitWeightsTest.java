package dev.clp.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.runtime.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a run's responses to the weights of a user who marks pairs of them. */
class FitWeightsTest {

  @TempDir static Path shared;

  private static Path run;

  @TempDir Path folder;

  @BeforeAll
  static void trainASmallRun() {
    run = shared.resolve("run");
    InProcess.Result result =
        InProcess.run(
            "run",
            Checkout.sample("quickstart").resolve("quickstart.conf").toString(),
            "seeds=[1]",
            "training.steps=1",
            "training.prompts-per-step=2",
            "data.evaluation=12",
            "data.calibration=16",
            "evaluation.divisions=2",
            "evaluation.samples-per-example=4",
            "policies=null",
            "policies.full-clp={}",
            "-o",
            run.toString());
    assertThat(result.status()).as(result.output()).isZero();
  }

  @Test
  void proposesPairsAndFitsWhatWasMarked() throws IOException {
    Path pairs = folder.resolve("pairs.jsonl");
    assertThat(run("--propose", "12", "-o", "" + pairs)).contains("12 pairs");
    ObjectMapper json = new ObjectMapper();
    List<String> marked = new ArrayList<>();
    List<String> plain = new ArrayList<>();
    for (String line : Files.readAllLines(pairs)) {
      ObjectNode pair = (ObjectNode) json.readTree(line);
      assertThat(pair.path("choice").isNull()).isTrue();
      // A user who wants short responses whatever they leave out.
      boolean first =
          pair.at("/a_scores/brevity").asDouble() > pair.at("/b_scores/brevity").asDouble();
      pair.put("choice", first ? "a" : "b");
      marked.add(pair.toString());
      // Without scores, the run's rewards score the same texts.
      ObjectNode texts = json.createObjectNode();
      texts.set("prompt", pair.get("prompt"));
      texts.set("chosen", pair.get(first ? "a" : "b"));
      texts.set("rejected", pair.get(first ? "b" : "a"));
      plain.add(texts.toString());
    }
    assertThat(new HashSet<>(marked)).hasSize(12);
    Files.write(pairs, marked);
    Path choices = Files.write(folder.resolve("plain.jsonl"), plain);
    String fitted = run("--choices", "" + pairs);
    assertThat(fitted)
        .contains("choices agree with these weights", "Use: --policy full-clp --weights accuracy=");
    double brevity = Double.parseDouble(fitted.strip().replaceAll("(?s).*brevity=", ""));
    assertThat(brevity).isGreaterThan(0.6);
    assertThat(run("--choices", "" + choices)).isEqualTo(fitted);

    // What was asked already is not asked again.
    Path more = folder.resolve("more.jsonl");
    run("--choices", "" + pairs, "--propose", "5", "-o", "" + more);
    for (String line : Files.readAllLines(more)) {
      JsonNode pair = json.readTree(line);
      assertThat(marked)
          .noneMatch(
              other ->
                  other.contains(pair.get("prompt").toString())
                      && other.contains(pair.get("a").toString())
                      && other.contains(pair.get("b").toString()));
    }
  }

  @Test
  void saysWhatIsOutOfOrder() throws IOException {
    Path choices = folder.resolve("choices.jsonl");
    Files.writeString(choices, "{\"prompt\":\"unknown\",\"chosen\":\"x\",\"rejected\":\"y\"}\n");
    assertThat(fails("--choices", "" + choices)).contains("choices.jsonl:1", "none of the run's");
    Files.writeString(
        choices,
        "{\"chosen_scores\":{\"accuracy\":1,\"brevity\":0},"
            + "\"rejected_scores\":{\"accuracy\":1,\"brevity\":0}}\n");
    assertThat(fails("--choices", "" + choices)).contains("in no choice do the rewards");
    Files.writeString(
        choices,
        "{\"chosen_scores\":{\"accuracy\":1,\"brevity\":-2},"
            + "\"rejected_scores\":{\"accuracy\":0.5,\"brevity\":0}}\n");
    assertThat(run("--choices", "" + choices))
        .contains(
            "the same reward difference",
            "A coin would explain",
            "do not determine the weight of accuracy, brevity",
            "No choice contradicts another");
    assertThat(fails()).contains("--choices FILE", "--propose N");
    assertThat(fails("--propose", "3")).contains("--output");
    assertThat(fails("--propose", "3", "-o", "" + choices)).contains("exists");
    assertThat(fails("--choices", "" + choices, "--policy", "nope")).contains("no policy 'nope'");
  }

  private static String run(String... options) {
    InProcess.Result result = InProcess.run(arguments(options));
    assertThat(result.status()).as(result.output()).isZero();
    return result.output();
  }

  private static String fails(String... options) {
    InProcess.Result result = InProcess.run(arguments(options));
    assertThat(result.status()).as(result.output()).isEqualTo(1);
    assertThat(result.output()).startsWith("clp: ").doesNotContain("\tat ");
    return result.output();
  }

  private static String[] arguments(String... options) {
    List<String> arguments = new ArrayList<>(List.of("fit-weights", run.toString()));
    arguments.addAll(List.of(options));
    return arguments.toArray(String[]::new);
  }
}
