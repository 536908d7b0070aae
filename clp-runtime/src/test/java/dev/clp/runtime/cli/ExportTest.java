package dev.clp.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ObjectArrays;
import dev.clp.runtime.Checkout;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.model.CausalModel;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.model.Safetensors;
import dev.clp.runtime.model.TokenBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies taken out of a small run by the command line, and read back. */
class ExportTest {

  private static final String PROMPT =
      "Parker won the poetry prize in Ashby on Thursday. The prize is worth eighty thousand"
          + " dollars.\nSummary:";

  @TempDir static Path shared;

  private static Path run;

  @TempDir Path folder;

  @BeforeAll
  static void trainASmallRun() throws IOException {
    // A base model with a card of its own, which exports must not lose.
    Path model = Files.createDirectory(shared.resolve("base"));
    for (String file :
        List.of(
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json")) {
      Files.copy(Checkout.sample("quickstart").resolve("model").resolve(file), model.resolve(file));
    }
    Files.writeString(model.resolve("README.md"), "What the base says of itself.\n");
    Files.writeString(model.resolve("chat_template.jinja"), "{{ messages }}\r\n");
    run = shared.resolve("run");
    InProcess.Result result =
        InProcess.run(
            "run",
            Checkout.sample("quickstart").resolve("quickstart.conf").toString(),
            "model=\"" + model.toString().replace('\\', '/') + "\"",
            "seeds=[1]",
            "training.steps=4",
            "training.checkpoint-every=4",
            "training.prompts-per-step=4",
            "training.samples-per-prompt=2",
            "experts.steps=4",
            "data.evaluation=4",
            "data.calibration=16",
            "evaluation.divisions=2",
            "policies=null",
            "policies.full-clp={}",
            "policies.rewarded-soups={}",
            "policies.product-clp={}",
            "policies.lora-clp.rank=2",
            "policies.svd.training.learning-rate=0.05",
            "policies.mod={}",
            "policies.prompting={}",
            "policies.soft-token={}",
            "-o",
            run.toString());
    assertThat(result.status()).as(result.output()).isZero();
  }

  @Test
  void aFolderAnswersAsThePolicyDoesInItsRun() throws IOException {
    Path output = folder.resolve("policy");
    String printed =
        export("--policy", "full-clp", "--weights", "accuracy=3,brevity=1", "-o", "" + output);
    assertThat(printed).contains("full-clp, seed 1, at accuracy 0.75, brevity 0.25");

    List<String> fromRun =
        generate(run, "--policy", "full-clp", "--weights", "accuracy=3,brevity=1", "--seed", "1");
    assertThat(fromRun.get(0)).startsWith("[accuracy 0.75");
    assertThat(generate(output, "--seed", "1"))
        .isEqualTo(fromRun.subList(1, fromRun.size()))
        .hasSizeGreaterThanOrEqualTo(4);

    Path base = shared.resolve("base");
    for (String name : List.of("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")) {
      assertThat(output.resolve(name)).hasSameBinaryContentAs(base.resolve(name));
    }
  }

  /** A rendered conversation is read as it stands: its own beginning token, and no second one. */
  @Test
  void aMessageIsAnsweredAsTheTextThatTheTemplateMakesOfIt() throws IOException {
    Path chat = folder.resolve("chat");
    Files.createDirectory(chat);
    try (Stream<Path> files = Files.list(shared.resolve("base"))) {
      for (Path file : files.toList()) {
        Files.copy(file, chat.resolve(file.getFileName()));
      }
    }
    Files.writeString(
        chat.resolve("chat_template.jinja"),
        "{{ bos_token }}{% for m in messages %}{{ m.content }}\n{% endfor %}Summary:");
    List<String> said =
        answers(
            chat,
            "--chat",
            "The prize is worth eighty thousand dollars.",
            "--system",
            "Parker won the poetry prize in Ashby on Thursday.");
    assertThat(said)
        .isEqualTo(
            answers(
                chat,
                "--prompt",
                "Parker won the poetry prize in Ashby on Thursday.\n"
                    + "The prize is worth eighty thousand dollars.\nSummary:"))
        .anySatisfy(line -> assertThat(line).isNotBlank());
  }

  @Test
  void aFolderHoldsTheAverageOfTheTrainedCopies() {
    Path output = folder.resolve("policy");
    export("--policy", "full-clp", "--weights", "accuracy=3,brevity=1", "-o", "" + output);
    try (NDManager manager = Torch.newManager();
        ModelFolder base = ModelFolder.read(manager, shared.resolve("base"));
        ModelFolder exported = ModelFolder.read(manager, output)) {
      Map<String, NDArray> trained =
          Safetensors.open(
                  run.resolve("policies/full-clp/seed-1/step-00000004/parameters.safetensors"))
              .read(manager);
      Map<String, NDArray> average = new LinkedHashMap<>();
      for (String name : base.model().parameters().names()) {
        NDArray accuracy = trained.get("objective.accuracy." + name);
        average.put(
            name,
            manager.create(
                mixed(accuracy, trained.get("objective.brevity." + name), 0.75),
                accuracy.getShape()));
      }
      assertThat(logProbabilities(manager, exported))
          .containsExactly(
              logProbabilities(manager, base, base.model().bind(average)), within(1e-5f))
          .isNotEqualTo(logProbabilities(manager, base));
    }
  }

  @Test
  void anExpertIsExportedByTheNameOfItsFolder() {
    Path output = folder.resolve("expert");
    String printed = export("--policy", "experts/1.0_0.0_kl_0.03", "-o", "" + output);
    assertThat(printed).contains("accuracy 1, brevity 0");
    Map<String, float[]> expected =
        values(run.resolve("experts/1.0_0.0_kl_0.03/seed-1/step-00000004/parameters.safetensors"));
    Map<String, float[]> found = values(output.resolve("model.safetensors"));
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, array) -> assertThat(found.get(name)).as(name).isEqualTo(array));
    // Multi-objective decoding at a corner is that expert, and nothing else.
    Path corner = folder.resolve("corner");
    export("--policy", "mod", "--weights", "accuracy=1", "-o", "" + corner);
    assertThat(corner.resolve("model.safetensors"))
        .hasSameBinaryContentAs(output.resolve("model.safetensors"));
    assertThat(fails("--policy", "experts/1.0_0.0_kl_0.03", "--kl", "0.5", "-o", "x"))
        .contains("leave out --weights and --kl");
    assertThat(fails("--policy", "experts/1.0", "-o", "x"))
        .contains("there is no expert", "experts/0.0_1.0_kl_0.03");
  }

  @Test
  void theCardSaysWhereTheModelComesFrom() throws IOException {
    Path measured = folder.resolve("measured");
    export("--policy", "full-clp", "-o", "" + measured);
    String card = Files.readString(measured.resolve("README.md"));
    assertThat(card)
        .contains(
            "# license:",
            "base_model: \"base\"",
            "accuracy 0.5, brevity 0.5; KL coefficient 0.03",
            "| accuracy  | rouge-1 |",
            "At this weighting, over 8 responses")
        .contains("| mean brevity ", String.format(Locale.ROOT, "%.4g", meanBrevity()));
    assertThat(measured.resolve("BASE_README.md")).hasContent("What the base says of itself.\n");

    Path between = folder.resolve("between");
    export("--policy", "full-clp", "--weights", "accuracy=9,brevity=1", "-o", "" + between);
    assertThat(Files.readString(between.resolve("README.md")))
        .contains("the nearest that was measured (accuracy 1, brevity 0; KL coefficient 0.03)");

    // The card of an export is the base card of an export of it.
    Path again = folder.resolve("again");
    InProcess.Result result = InProcess.run("export", measured.toString(), "-o", again.toString());
    assertThat(result.status()).as(result.output()).isZero();
    assertThat(again.resolve("BASE_README.md"))
        .hasSameBinaryContentAs(measured.resolve("README.md"));
    assertThat(again.resolve("BASE_BASE_README.md")).hasContent("What the base says of itself.\n");
    assertThat(again.resolve("model.safetensors"))
        .hasSameBinaryContentAs(measured.resolve("model.safetensors"));
  }

  @ParameterizedTest
  @CsvSource({"bfloat16, 0.00390625", "float16, 0.00048828125"})
  void roundsToTheDataTypeAndSaysBySizeOfTheChange(String type, float relative) throws IOException {
    Path exact = folder.resolve("exact");
    Path rounded = folder.resolve("rounded");
    export("--policy", "full-clp", "-o", "" + exact);
    String printed = export("--policy", "full-clp", "--dtype", type, "-o", "" + rounded);
    Map<String, float[]> before = values(exact.resolve("model.safetensors"));
    double largest = 0;
    for (Map.Entry<String, float[]> entry :
        values(rounded.resolve("model.safetensors")).entrySet()) {
      float[] original = before.get(entry.getKey());
      for (int i = 0; i < original.length; i++) {
        float change = Math.abs(entry.getValue()[i] - original[i]);
        // Half a unit in the last place, above the smallest normal number of half precision.
        assertThat(change).isLessThanOrEqualTo(Math.max(3e-8f, relative * Math.abs(original[i])));
        largest = Math.max(largest, change);
      }
    }
    assertThat(printed)
        .contains(
            String.format(Locale.ROOT, "Stored as %s: a value changes by %.2g", type, largest));
    JsonNode config = new ObjectMapper().readTree(rounded.resolve("config.json").toFile());
    assertThat(config.path("torch_dtype").asText()).isEqualTo(type);
  }

  @Test
  void whatIsNoPlainModelSaysWhatToExportInstead() {
    assertThat(fails("--policy", "mod", "-o", "x"))
        .contains("'mod'", "2 models", "--policy experts/1.0_0.0_kl_0.03");
    assertThat(fails("--policy", "prompting", "-o", "x")).contains("in the prompt");
    assertThat(fails("--policy", "soft-token", "-o", "x")).contains("soft tokens before every");
    assertThat(fails("--policy", "full-clp", "--weights", "acuracy=1", "-o", "x"))
        .contains("acuracy", "accuracy, brevity");
    assertThat(fails("--policy", "full-clp", "--seed", "7", "-o", "x")).contains("no seed 7");
    assertThat(Path.of("x")).doesNotExist();
    assertThat(fails("--policy", "full-clp", "-o", run.toString())).contains("is not empty");
  }

  /** Returns the mean over what the run's evaluation sampled of full-clp at equal weights. */
  private static double meanBrevity() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Double> scores = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("samples/full-clp/seed-1.jsonl"))) {
      JsonNode sample = json.readTree(line);
      if (sample.at("/weighting/weights/0").asDouble() == 0.5) {
        scores.add(sample.at("/scores/1").asDouble());
      }
    }
    return scores.stream().mapToDouble(score -> score).average().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"full-clp", "rewarded-soups"})
  void aLinearMergeOfTheRecipesFoldersIsThePolicy(String policy) throws IOException {
    Path recipe = folder.resolve("recipe");
    Path plain = folder.resolve("plain");
    String[] weights = {"--policy", policy, "--weights", "accuracy=0.62,brevity=0.38", "-o"};
    export(Stream.concat(Stream.of(weights), Stream.of("" + plain)).toArray(String[]::new));
    export(
        Stream.concat(Stream.of(weights), Stream.of("" + recipe, "--as", "mergekit"))
            .toArray(String[]::new));
    String yaml = Files.readString(recipe.resolve("mergekit.yaml"));
    assertThat(yaml)
        .contains("merge_method: linear", "normalize: false", "dtype: float32", "weight: 0.62");
    Matcher model = Pattern.compile("model: \"(.*)\"\\s+parameters:\\s+weight: (.*)").matcher(yaml);
    Map<String, float[]> merged = new LinkedHashMap<>();
    while (model.find()) {
      float weight = Float.parseFloat(model.group(2));
      values(recipe.resolve(model.group(1)).resolve("model.safetensors"))
          .forEach(
              (name, values) -> {
                float[] sum = merged.computeIfAbsent(name, any -> new float[values.length]);
                for (int i = 0; i < sum.length; i++) {
                  sum[i] += weight * values[i];
                }
              });
    }
    Map<String, float[]> expected = values(plain.resolve("model.safetensors"));
    assertThat(merged.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, values) ->
            assertThat(merged.get(name)).as(name).containsExactly(values, within(1e-6f)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lora-clp", "svd"})
  void anAdapterAddsToTheBaseWhatThePolicyChanges(String policy) throws IOException {
    Path adapter = folder.resolve("adapter");
    Path plain = folder.resolve("plain");
    export("--policy", policy, "-o", "" + plain);
    export("--policy", policy, "--as", "peft", "-o", "" + adapter);
    JsonNode config = new ObjectMapper().readTree(adapter.resolve("adapter_config.json").toFile());
    assertThat(config.path("r")).isEqualTo(config.path("lora_alpha"));
    assertThat(Path.of(config.path("base_model_name_or_path").asText()))
        .isEqualTo(shared.resolve("base"));
    Map<String, float[]> expected = values(plain.resolve("model.safetensors"));
    Map<String, float[]> base = values(shared.resolve("base").resolve("model.safetensors"));
    Map<String, float[]> parts = values(adapter.resolve("adapter_model.safetensors"));
    int rank = config.path("r").asInt();
    List<String> changed = new ArrayList<>();
    expected.forEach(
        (name, values) -> {
          String module = "base_model.model." + name.replaceAll("\\.weight$", "");
          float[] a = parts.get(module + ".lora_A.weight");
          float[] b = parts.get(module + ".lora_B.weight");
          if (a != null) {
            changed.add(name.replaceAll("\\.weight$", ""));
            assertThat(values).as(name).isNotEqualTo(base.get(name));
            values = minusProduct(values, b, a, rank);
          }
          assertThat(values).as(name).containsExactly(base.get(name), within(1e-5f));
        });
    assertThat(config.path("target_modules"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrderElementsOf(changed);
    assertThat(Files.readString(adapter.resolve("README.md")))
        .contains("library_name: peft", rank + ", exact");
  }

  private static float[] minusProduct(float[] values, float[] left, float[] right, int rank) {
    float[] rest = values.clone();
    int columns = right.length / rank;
    for (int i = 0; i < rest.length; i++) {
      for (int k = 0; k < rank; k++) {
        rest[i] -= left[i / columns * rank + k] * right[k * columns + i % columns];
      }
    }
    return rest;
  }

  @Test
  void adaptersOfCornersAndOfLowerRankSayWhatTheyAre() {
    Path corners = folder.resolve("corners");
    assertThat(export("--policy", "lora-clp", "--as", "peft", "--corners", "-o", "" + corners))
        .contains("accuracy 1, brevity 0", "accuracy 0, brevity 1", "adapter of rank 2");
    assertThat(corners.resolve("accuracy/adapter_model.safetensors")).exists();
    assertThat(corners.resolve("brevity/adapter_config.json")).exists();
    assertThat(
            export(
                "--policy",
                "lora-clp",
                "--as",
                "peft",
                "--rank",
                "3",
                "-o",
                "" + folder.resolve("3")))
        .contains("rank 3 in place of 4, which lacks");
    assertThat(fails("--policy", "full-clp", "--as", "peft", "-o", "x"))
        .contains("'full-clp' is no low-rank change", "--as folder");
    assertThat(fails("--policy", "full-clp", "--rank", "3", "-o", "x")).contains("--as peft");
  }

  @Test
  void whatIsNoSumOfItsCornersHasNoRecipe() {
    assertThat(fails("--policy", "product-clp", "--as", "mergekit", "-o", "x"))
        .contains("is not the weighted sum", "--as folder");
    assertThat(fails("--policy", "mod", "--as", "mergekit", "-o", "x")).contains("2 models");
    assertThat(fails("--policy", "full-clp", "--as", "mergekit", "--dtype", "float16", "-o", "x"))
        .contains("leave out --dtype");
    assertThat(Path.of("x")).doesNotExist();
  }

  private static String export(String... options) {
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
    List<String> arguments = new ArrayList<>(List.of("export", run.toString()));
    arguments.addAll(List.of(options));
    return arguments.toArray(String[]::new);
  }

  private static List<String> generate(Path from, String... options) {
    return answers(
        from, ObjectArrays.concat(new String[] {"--prompt", PROMPT}, options, String.class));
  }

  private static List<String> answers(Path from, String... asked) {
    List<String> arguments =
        new ArrayList<>(
            List.of("generate", from.toString(), "--samples", "4", "--max-new-tokens", "20"));
    arguments.addAll(List.of(asked));
    InProcess.Result result = InProcess.run(arguments.toArray(String[]::new));
    assertThat(result.status()).as(result.output()).isZero();
    return result.output().lines().toList();
  }

  private static float[] mixed(NDArray one, NDArray other, double share) {
    float[] mixed = one.toFloatArray();
    float[] rest = other.toFloatArray();
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = (float) (share * mixed[i] + (1 - share) * rest[i]);
    }
    return mixed;
  }

  private static float[] logProbabilities(NDManager manager, ModelFolder folder) {
    return logProbabilities(manager, folder, folder.model());
  }

  private static float[] logProbabilities(
      NDManager manager, ModelFolder folder, CausalModel model) {
    long[] tokens = folder.tokenizer().encode(PROMPT + " Parker won the poetry prize.");
    return model
        .logProbabilities(manager, new TokenBatch(List.of(tokens), List.of(tokens.length - 1)))
        .toFloatArray();
  }

  private static Map<String, float[]> values(Path file) {
    try (NDManager manager = Torch.newManager()) {
      Map<String, float[]> values = new LinkedHashMap<>();
      Safetensors.open(file)
          .read(manager)
          .forEach((name, array) -> values.put(name, array.toFloatArray()));
      return values;
    }
  }
}
