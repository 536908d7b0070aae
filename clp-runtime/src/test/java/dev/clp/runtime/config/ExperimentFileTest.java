package dev.clp.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.clp.api.Component;
import dev.clp.api.KlRange;
import dev.clp.runtime.config.Experiment.EvaluationPlan;
import dev.clp.runtime.config.OptimizerOptions.Decay;
import dev.clp.runtime.config.PolicyGradientOptions.Deviation;
import dev.clp.runtime.config.PolicyGradientOptions.Estimator;
import dev.clp.runtime.config.PolicyGradientOptions.Scalarize;
import dev.clp.runtime.config.TestComponents.BentOptions;
import dev.clp.runtime.config.TestComponents.DirichletOptions;
import dev.clp.runtime.config.TestComponents.FixedOptions;
import dev.clp.runtime.config.TestComponents.OverlapOptions;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExperimentFileTest {

  private static final String MINIMAL =
      """
      model = model
      data { file = news.jsonl, prompt = "{document}\\nSummary:" }
      objectives { brevity {}, accuracy { reward = rouge-1, stem = true } }
      policies { full-clp {} }
      """;

  @TempDir Path folder;

  private Path write(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Experiment load(String text, String... overrides) {
    return new ExperimentFile(TestComponents.FINDER)
        .load(write("quickstart.conf", text), List.of(overrides));
  }

  /** Returns the lines of the error, the folder's own path left out. */
  private String mistakes(String text, String... overrides) {
    UserException e = catchThrowableOfType(UserException.class, () -> load(text, overrides));
    assertThat(e).as("an error").isNotNull();
    return e.getMessage().replace(folder + folder.getFileSystem().getSeparator(), "");
  }

  @Test
  void aModelMayBeAnObjectThatSaysHowItComputes() {
    Experiment named = load(MINIMAL);
    assertThat(named.reference().compute()).isEqualTo(ModelOptions.Compute.FP32);
    Experiment stated = load(MINIMAL, "model={folder=model, compute=fp32}");
    assertThat(stated).isEqualTo(named);
    assertThat(stated.resolved().getString("model.compute")).isEqualTo("fp32");
    assertThat(stated.resolved().getString("model.folder"))
        .isEqualTo(folder.resolve("model").toAbsolutePath().toString());
    assertThat(load(stated.toJson())).isEqualTo(named);
    assertThat(mistakes(MINIMAL, "model={folder=model, compute=bf16}"))
        .contains("model.compute: models do not compute in bf16 yet", "write fp32");
    assertThat(mistakes(MINIMAL, "model={folder=model, compute=fp16}"))
        .contains("model.compute", "fp32", "bf16");
    assertThat(mistakes(MINIMAL, "model={compute=fp32}")).contains("model.folder");
  }

  @Test
  void everyDefault() {
    Experiment experiment = load(MINIMAL);
    assertThat(experiment.name()).isEqualTo("quickstart");
    assertThat(experiment.description()).isEmpty();
    assertThat(experiment.seeds()).containsExactly(1L);
    assertThat(experiment.model()).isEqualTo(folder.resolve("model").toAbsolutePath());
    assertThat(experiment.threads()).isEmpty();
    assertThat(experiment.workers()).isEmpty();
    assertThat(experiment.data())
        .isEqualTo(
            new DataOptions(
                folder.resolve("news.jsonl").toAbsolutePath(),
                Optional.of("{document}\nSummary:"),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                64,
                64,
                Overlap.WARN));
    assertThat(experiment.objectives().keySet()).containsExactly("accuracy", "brevity");
    assertThat(experiment.objectives().get("accuracy").name()).isEqualTo("rouge-1");
    assertThat(experiment.objectives().get("accuracy").options())
        .isEqualTo(new OverlapOptions(true, Optional.empty()));
    assertThat(experiment.normalise()).isTrue();
    assertThat(experiment.klCoefficients()).isEqualTo(KlRange.fixed(0.1));
    assertThat(experiment.sampler().options()).isEqualTo(new DirichletOptions(1, Optional.empty()));
    assertThat(experiment.scalarizer().name()).isEqualTo("linear");
    assertThat(experiment.rollout()).isEqualTo(new RolloutOptions(48, 1, 0, 1, 64));
    assertThat(experiment.training())
        .isEqualTo(
            new TrainingOptions(
                300,
                new PolicyGradientOptions(
                    16,
                    ResponseSource.SAMPLED,
                    4,
                    4,
                    Scalarize.RESPONSES,
                    Estimator.RLOO,
                    Deviation.POPULATION),
                new OptimizerOptions(1e-4, 10, Decay.COSINE, 0, 0, 0.9, 0.999, 1e-8, 1),
                50));
    assertThat(experiment.experts()).isEqualTo(experiment.training());
    assertThat(experiment.policies()).containsOnlyKeys("full-clp");
    assertThat(experiment.policies().get("full-clp").conditioner().name()).isEqualTo("full-clp");
    assertThat(experiment.policies().get("full-clp").training()).isEqualTo(experiment.training());
    assertThat(experiment.policies().get("full-clp").sampler()).isEqualTo(experiment.sampler());
    assertThat(experiment.policies().get("full-clp").scalarizer())
        .isEqualTo(experiment.scalarizer());
    EvaluationPlan evaluation = experiment.evaluation();
    assertThat(evaluation.divisions()).isEqualTo(10);
    assertThat(evaluation.klCoefficients()).containsExactly(0.1);
    assertThat(evaluation.responses()).isEqualTo(ResponseSource.SAMPLED);
    assertThat(evaluation.samplesPerExample()).isEqualTo(1);
    assertThat(evaluation.evaluators()).containsOnlyKeys("pareto");
    assertThat(experiment.context().objectives()).containsExactly("accuracy", "brevity");
  }

  @Test
  void optionsNameComponents() {
    String text =
        MINIMAL
            + """
            objectives.safe {
              reward = worst-of
              of = [
                { reward = brevity }
                { reward = worst-of, of = [{ reward = rouge-1, stem = true }] }
              ]
            }
            """;
    Experiment experiment = load(text);
    TestComponents.PartsOptions parts =
        (TestComponents.PartsOptions) experiment.objectives().get("safe").options();
    assertThat(parts.of()).extracting(Component::name).containsExactly("brevity", "worst-of");
    assertThat(experiment.objectives().get("safe").create(experiment.context())).isNotNull();
    assertThat(load(experiment.toJson())).isEqualTo(experiment);
  }

  @Test
  void mistakesInNamedComponentsAreAllReported() {
    assertThat(
            mistakes(
                MINIMAL
                    + """
                    objectives.safe {
                      reward = worst-of
                      of = [{ stem = true }, { reward = rouge }, { reward = rouge-1, steam = true }, 7]
                    }
                    """))
        .contains("quickstart.conf:7: objectives.safe.of[0].reward: missing; expected the name of")
        .contains("objectives.safe.of[1].reward: ")
        .contains("objectives.safe.of[2].steam: unknown key; did you mean 'stem'?")
        .contains(
            "objectives.safe.of[3]: expected an object with the name of a reward-model as 'reward',"
                + " and its options, but found 7");
  }

  @Test
  void overridesApplyKeyByKey() {
    Experiment experiment =
        load(
            MINIMAL
                + """
                kl { min = 0.01, max = 0.04, scale = log-uniform }
                training { steps = 20, learning-rate = 1e-3 }
                experts { steps = 40 }
                sampler { concentration = 2, draws = 9 }
                scalarizer { type = bent, bend = 2 }
                policies.full-clp { training { learning-rate = 1e-5 }, sampler { draws = 3 } }
                policies.full-clp.scalarizer.ideal = [1, 2]
                policies.other { conditioner = prompting, sampler { type = fixed, weights = [1, 0] } }
                policies.other { scalarizer.type = linear, training.scalarize = expected-returns }
                """);
    assertThat(experiment.experts().steps()).isEqualTo(40);
    assertThat(experiment.experts().optimizer().learningRate()).isEqualTo(1e-3);
    assertThat(experiment.policies().get("full-clp").training().steps()).isEqualTo(20);
    assertThat(experiment.policies().get("full-clp").training().optimizer().learningRate())
        .isEqualTo(1e-5);
    assertThat(experiment.policies().get("full-clp").sampler().options())
        .isEqualTo(new DirichletOptions(2, Optional.of(3)));
    assertThat(experiment.policies().get("other").sampler().options())
        .isEqualTo(new FixedOptions(List.of(1.0, 0.0)));
    assertThat(experiment.policies().get("full-clp").scalarizer().options())
        .isEqualTo(new BentOptions(2, List.of(1.0, 2.0)));
    assertThat(experiment.policies().get("full-clp").training().learner().scalarize())
        .isEqualTo(Scalarize.RESPONSES);
    assertThat(experiment.policies().get("other").scalarizer().name()).isEqualTo("linear");
    assertThat(experiment.policies().get("other").training().learner().scalarize())
        .isEqualTo(Scalarize.EXPECTED_RETURNS);
    assertThat(experiment.evaluation().klCoefficients()).hasSize(3).startsWith(0.01).endsWith(0.04);
    assertThat(experiment.evaluation().klCoefficients().get(1))
        .isCloseTo(0.02, Offset.offset(1e-12));
  }

  @Test
  void theResolvedConfigurationGivesTheSameExperimentAnywhere() throws IOException {
    Experiment experiment =
        load(
            MINIMAL
                + """
                name = other-name, description = "10 % \\"quoted\\"", seeds = [3, 9007199254740993]
                threads = 2, kl { min = 0.01, max = 0.3, scale = log-uniform }
                data { id = id, limit = 500, references = [summary], evaluation-file = held.jsonl }
                objectives.accuracy.stop-words = words.txt
                sampler.draws = 4, training.learning-rate = 3.3333333333333335e-5
                experts.estimator = reinforce
                policies.full-clp { kl-conditioning = re-align, training.steps = 7 }
                policies.full-clp { scalarizer { type = bent, ideal = [3] } }
                policies.other { conditioner = prompting, sampler { type = fixed, weights = [1, 0] } }
                evaluation.evaluators { again { type = pareto, resamples = 3 } }
                """);
    Path elsewhere = Files.createDirectories(folder.resolve("runs/one"));
    Path manifest = Files.writeString(elsewhere.resolve("experiment.json"), experiment.toJson());
    Experiment again = new ExperimentFile(TestComponents.FINDER).load(manifest, List.of());
    assertThat(again).isEqualTo(experiment).hasSameHashCodeAs(experiment);
    assertThat(again.toJson()).isEqualTo(experiment.toJson()).doesNotContain("\n");
    assertThat(experiment.resolved().getString("objectives.accuracy.stop-words"))
        .isEqualTo(folder.resolve("words.txt").toAbsolutePath().toString());
  }

  /** Every section, set to what is no default, is read back from what is written. */
  @Test
  void readingWhatIsWrittenGivesTheSameExperimentForEverySection() {
    Experiment experiment =
        load(
            MINIMAL
                + """
                name = all, description = text, seeds = [2], threads = 1, workers = 2
                normalise = false
                data { prompt-tokens = 3, id = id, limit = 300, evaluation = 5, calibration = 6 }
                kl { min = 0.2, max = 0.4 }
                sampler { type = fixed, weights = [0.5, 0.5] }
                scalarizer { type = bent, ideal = [1] }
                rollout { max-new-tokens = 7, temperature = 0.5, top-k = 3, top-p = 0.9, batch = 2 }
                training { steps = 9, responses = enumerated, decay = linear }
                experts { steps = 8, scalarize = expected-returns }
                policies.second { conditioner = prompting, sampler = dirichlet }
                evaluation { divisions = 3, kl = [0.3], responses = enumerated }
                evaluation { samples-per-example = 2, evaluators.mine { type = pareto } }
                listeners { log { type = silent, every = 3 } }
                """);
    assertThat(experiment.listeners()).containsOnlyKeys("log");
    Experiment again = load(experiment.toJson());
    assertThat(again).isEqualTo(experiment);
    assertThat(again.resolved()).isEqualTo(experiment.resolved());
    assertThat(experiment.resolved().root().keySet())
        .as("a key for every section, and no other")
        .containsExactlyInAnyOrderElementsOf(OptionTypes.keys(ExperimentOptions.class));
  }

  @Test
  void aNameAloneStandsForAComponentWithoutOptions() {
    Experiment experiment =
        load(
            MINIMAL
                + """
                sampler = dirichlet
                scalarizer = linear
                objectives.short = brevity
                policies.plain = prompting
                policies.plain2 { conditioner = prompting, scalarizer = bent }
                evaluation.evaluators.mine = pareto
                """);
    assertThat(experiment.sampler().name()).isEqualTo("dirichlet");
    assertThat(experiment.scalarizer().name()).isEqualTo("linear");
    assertThat(experiment.objectives().get("short").name()).isEqualTo("brevity");
    assertThat(experiment.policies().get("plain").conditioner().name()).isEqualTo("prompting");
    assertThat(experiment.policies().get("plain2").scalarizer().name()).isEqualTo("bent");
    assertThat(experiment.evaluation().evaluators()).containsOnlyKeys("mine");
    assertThat(mistakes(MINIMAL + "sampler = 3"))
        .isEqualTo(
            "quickstart.conf:5: sampler: expected an object, or the name of a sampler, but found"
                + " 3");
    assertThat(mistakes(MINIMAL + "sampler = nothing"))
        .startsWith("quickstart.conf:5: sampler.type: there is no 'nothing' among ");
  }

  @Test
  void formerWordsAreReadAndNotWritten() {
    Experiment experiment = load(MINIMAL + "training.responses = listed");
    assertThat(experiment.training().learner().responses()).isEqualTo(ResponseSource.ENUMERATED);
    assertThat(experiment.toJson()).contains("enumerated").doesNotContain("listed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:8000/score?x=1",
        "d #1.jsonl",
        "C:\\data\\d.jsonl",
        "//server/share",
        "a, b and c",
        "what?",
        "Übung (1)",
      })
  void overridesAreTextsAsTheShellHasThem(String value) {
    assertThat(load(MINIMAL, "data.prompt=" + value).data().prompt()).contains(value);
  }

  @Test
  void includesSubstitutionsAndCommandLine() {
    write("base.conf", "training { steps = 5, warmup-steps = 2 }\n");
    Experiment experiment =
        load(
            "include \"base.conf\"\n" + MINIMAL + "training.checkpoint-every = ${training.steps}\n",
            "training.steps=8",
            "training { steps = 9 }",
            "data.prompt=\"{a}=${name}\"",
            "name=changed");
    assertThat(experiment.training().steps()).isEqualTo(9);
    assertThat(experiment.training().checkpointEvery()).isEqualTo(9);
    assertThat(experiment.training().optimizer().warmupSteps()).isEqualTo(2);
    assertThat(experiment.name()).isEqualTo("changed");
    assertThat(experiment.data().prompt()).contains("{a}=${name}");
  }

  @Test
  void reportsAllMistakesAtOnce() throws IOException {
    assertThat(mistakes(resource("many-mistakes.conf")) + "\n")
        .isEqualTo(resource("many-mistakes.txt"));
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = ExperimentFileTest.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void citesTheIncludedFileAndTheOverride() {
    write("base.conf", "\ntraining {\n  steps = many\n}\n");
    assertThat(mistakes("include \"base.conf\"\n" + MINIMAL, "rollout.batch=0"))
        .isEqualTo(
            """
            base.conf:3: training.steps: expected a whole number of 32 bits, but found "many"
            override 'rollout.batch=0': rollout.batch: expected at least 1, but found 0\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training.weightings-per-step = 3 | 5: training.weightings-per-step: expected a divisor of"
            + " prompts-per-step = 16, so that every weighting gets as many prompts, but found 3",
        "training.samples-per-prompt = 1 | 5: training.samples-per-prompt: expected at least 2,"
            + " since the estimator rloo compares the responses to a prompt, but found 1",
        "policies.full-clp.training { estimator = grpo, samples-per-prompt = 1 } | 5:"
            + " policies.full-clp.training.samples-per-prompt: expected at least 2, since the"
            + " estimator grpo compares the responses to a prompt, but found 1",
        "data.limit = 128 | 5: data.limit: expected more examples than the 128 held out for"
            + " calibration and evaluation, but found 128",
        "kl { min = 0, max = 1, scale = log-uniform } | 5: kl: a log-uniform KL range needs min"
            + " above 0",
        "kl = 1.5 | 5: kl: expected at most 1, but found 1.5",
        "kl = [1] | 5: kl: expected a number, but found a list",
        "policies.Reference { conditioner = full-clp } | 5: policies.Reference: 'Reference' names"
            + " the reference's own samples; choose another name",
        "policies.other { conditioner = 3 } | 5: policies.other.conditioner: expected the name of"
            + " a conditioner",
        "policies.full-clp.training = 3 | 5: policies.full-clp.training: expected an object",
        "evaluation.kl = [0.5, 0.5] | 5: evaluation.kl: expected distinct values, but found"
            + " [0.5, 0.5]",
        "objectives.brevity.reward = nothing | 5: objectives.brevity.reward: there is no 'nothing'"
            + " among rouge-1, worst-of, brevity",
      })
  void checksWhatFitsTogether(String line, String mistake) {
    assertThat(mistakes(MINIMAL + line)).isEqualTo("quickstart.conf:" + mistake);
  }

  @Test
  void aBaseThatIsWrongIsReportedOnce() {
    assertThat(
            mistakes(
                MINIMAL
                    + """
                    training.steps = 0
                    sampler.draws = 0
                    policies.full-clp { training.samples-per-prompt = 1, sampler.draws = 3 }
                    """))
        .isEqualTo(
            """
            quickstart.conf:5: training.steps: expected at least 1, but found 0
            quickstart.conf:6: sampler.draws: expected at least 1, but found 0\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "training { steps = | quickstart.conf:5: ",
        "a = [1, | quickstart.conf:5: ",
        "a = \"open | quickstart.conf:5: ",
        "a = ${nope} | quickstart.conf:5: Could not resolve substitution to a value: ${nope};",
        "a = ${HOME} | quickstart.conf:5: Could not resolve substitution to a value: ${HOME};",
        "a = ${b}, b = ${a} | quickstart.conf:5: ",
        "include \"nowhere.conf\" | quickstart.conf: it includes 'nowhere.conf', but there is no",
        "include url(\"http://localhost/x\") | quickstart.conf: it includes url(",
        "include classpath(\"x.conf\") | quickstart.conf: it includes classpath(",
        "include \"quickstart.conf\" | quickstart.conf: it includes 'quickstart.conf', which",
      })
  void saysWhereAFileIsMalformed(String line, String beginning) {
    assertThat(mistakes(MINIMAL + line)).startsWith(beginning);
  }

  @Test
  void refusesNestingThatExhaustsTheStack() {
    assertThat(mistakes(MINIMAL + "a = " + "[".repeat(100_000)))
        .isEqualTo("quickstart.conf: its objects or lists are nested too deeply to be read");
  }

  @Test
  void refusesMalformedOverridesAndMissingFiles() {
    assertThat(mistakes(MINIMAL, "training.steps")).startsWith("override 'training.steps': ");
    assertThatThrownBy(
            () ->
                new ExperimentFile(TestComponents.FINDER)
                    .load(folder.resolve("none.conf"), List.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("there is no experiment file", "none.conf");
    Path list = write("list.json", "[1]");
    assertThatThrownBy(() -> new ExperimentFile(TestComponents.FINDER).load(list, List.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("list.json");
  }

  @Test
  void aFileNameThatIsNoNameNeedsOne() {
    Path file = write("my.experiment.conf", MINIMAL);
    ExperimentFile loader = new ExperimentFile(TestComponents.FINDER);
    assertThatThrownBy(() -> loader.load(file, List.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(":1: name: expected a name", "'my.experiment'");
    assertThat(loader.load(file, List.of("name=mine")).name()).isEqualTo("mine");
  }

  @Test
  void creatingAComponentSaysWhereItsOptionsAre() {
    Experiment experiment = load(MINIMAL + "sampler { type = fixed, weights = [1] }");
    assertThatThrownBy(() -> experiment.sampler().create(experiment.context()))
        .isInstanceOf(UserException.class)
        .hasMessageEndingWith(
            "quickstart.conf:5: sampler: fixed: expected one weight for each of"
                + " [accuracy, brevity], but found [1.0]");
    assertThat(experiment.scalarizer().create(experiment.context())).isNotNull();
  }
}
