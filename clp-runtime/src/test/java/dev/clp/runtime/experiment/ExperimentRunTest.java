package dev.clp.runtime.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.api.Completion;
import dev.clp.api.ComponentContext;
import dev.clp.api.ComponentFactory;
import dev.clp.api.NoOptions;
import dev.clp.api.Plugin;
import dev.clp.api.RewardModel;
import dev.clp.api.RunEvent;
import dev.clp.runtime.Checkout;
import dev.clp.runtime.config.ComponentFinder;
import dev.clp.runtime.config.ExperimentFile;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import dev.clp.runtime.report.ReportData.NamedEvaluation;
import dev.clp.runtime.training.Checkpoints;
import dev.clp.runtime.training.EventLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose rewards are out of order. */
class ExperimentRunTest {

  /** The examples' ids end in their line's number: 2000 lines, the last 4 held out, 8 before. */
  private static final int FIRST_OF_CALIBRATION = 1989;

  private static final int FIRST_OF_EVALUATION = 1997;

  private static final List<String> SMALL =
      List.of(
          "seeds=[1]",
          "workers=1",
          "objectives=null",
          "objectives.one={ reward = fickle }",
          "objectives.two={ reward = fickle }",
          "policies=null",
          "policies.full-clp={}",
          "training.steps=4",
          "training.checkpoint-every=2",
          "training.prompts-per-step=4",
          "training.samples-per-prompt=2",
          "data.evaluation=4",
          "data.calibration=8",
          "evaluation.divisions=1",
          "evaluation.evaluators={ pareto {} }");

  @TempDir Path folder;

  private final List<String> said = Collections.synchronizedList(new ArrayList<>());
  private volatile IntPredicate broken = line -> false;

  @Test
  void stopsWhereverAScoreIsNotFiniteAndGoesOnWithTheRewardMended() throws IOException {
    OpenRun whole = begin("whole");
    complete(whole);

    OpenRun run = begin("run");
    Path path = run.folder().path();
    broken = line -> line >= FIRST_OF_CALIBRATION && line < FIRST_OF_EVALUATION;
    assertStops(run);
    assertThat(run.folder().isCalibrated()).isFalse();

    broken = line -> line < FIRST_OF_CALIBRATION;
    assertStops(experiments().reopen(path));
    assertThat(run.folder().isCalibrated()).isTrue();
    assertThat(Checkpoints.stepsDone(run.folder().policy("full-clp", 1))).isZero();

    broken = line -> line >= FIRST_OF_EVALUATION;
    assertStops(experiments().reopen(path));
    assertThat(Checkpoints.stepsDone(run.folder().policy("full-clp", 1))).isEqualTo(4);
    assertThat(run.folder().samples("full-clp", 1)).doesNotExist();

    broken = line -> false;
    complete(experiments().reopen(path));
    for (Path log : whole.folder().eventLogs()) {
      Path same = path.resolve(whole.folder().path().relativize(log));
      assertThat(EventLog.read(same)).isNotEmpty().isEqualTo(EventLog.read(log));
    }
    for (String policy : List.of("reference", "full-clp")) {
      assertThat(run.folder().samples(policy, 1))
          .hasSameTextualContentAs(whole.folder().samples(policy, 1));
    }
  }

  @Test
  void rewardsAreLookedAtBeforeTrainingAndInTheReport() throws IOException {
    OpenRun run = begin("run");
    complete(run);
    assertThat(said)
        .first()
        .asString()
        .startsWith("one and two are nearly the same: correlation 1.00 [1.00, 1.00]");
    assertThat(run.folder().calibrationSamples()).hasSize(32);
    List<NamedEvaluation> evaluations =
        Judgement.judge(run.experiment(), run.folder(), event -> {});
    assertThat(evaluations)
        .extracting(NamedEvaluation::name)
        .containsExactly("pareto", "rewards", "responses");
    assertThat(Files.readString(run.folder().report()))
        .contains("Rewards under the reference", "one and two are nearly the same", "Distinct-2");
    assertThat(Files.readString(run.folder().metrics()))
        .contains("rewards.pearson.one:two", "responses.distinct-2.full-clp");
    assertThat(run.folder().path().resolve("figures/rewards-one.svg")).isNotEmptyFile();

    said.clear();
    complete(run);
    assertThat(said).as("what was said of the rewards is not said again").isEmpty();
    Files.delete(run.folder().path().resolve("calibration.jsonl"));
    assertThat(Judgement.judge(run.experiment(), run.folder(), event -> {}))
        .as("a run from before the samples of the calibration were kept")
        .extracting(NamedEvaluation::name)
        .containsExactly("pareto", "responses");
  }

  private OpenRun begin(String name) {
    Path file = Checkout.sample("quickstart").resolve("quickstart.conf");
    return experiments().begin(file, SMALL, Optional.of(folder.resolve(name)));
  }

  private void assertStops(OpenRun run) {
    assertThatThrownBy(() -> complete(run))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("the reward 'one' scored NaN", "prompt: '", "clp resume");
  }

  private void complete(OpenRun run) {
    ExperimentRun.complete(
        run,
        ExperimentRun.local(run.experiment()),
        List.of(
            event -> {
              if (event instanceof RunEvent.Warned warning) {
                said.add(warning.message());
              }
            }));
  }

  private float[] score(List<Completion> completions) {
    float[] scores = new float[completions.size()];
    for (int i = 0; i < scores.length; i++) {
      int line = Integer.parseInt(completions.get(i).example().id().replaceAll("\\D", ""));
      scores[i] = broken.test(line) ? Float.NaN : completions.get(i).response().length();
    }
    return scores;
  }

  private Experiments experiments() {
    return new Experiments(new ExperimentFile(new WithFickle()));
  }

  /** Finds the bundled components, and a reward that breaks when the test says so. */
  private final class WithFickle implements ComponentFinder {

    @Override
    @SuppressWarnings("unchecked") // The filter compares the kind that the factory states.
    public <T> ComponentFactory<T, ?> find(Class<T> kind, String name) {
      if (name.equals("fickle")) {
        return (ComponentFactory<T, ?>) new Fickle();
      }
      return (ComponentFactory<T, ?>)
          ServiceLoader.load(Plugin.class).stream()
              .flatMap(plugin -> plugin.get().components().stream())
              .filter(factory -> factory.kind() == kind && factory.name().equals(name))
              .findFirst()
              .orElseThrow();
    }
  }

  private final class Fickle implements ComponentFactory<RewardModel, NoOptions> {

    @Override
    public String name() {
      return "fickle";
    }

    @Override
    public String description() {
      return "Rewards length until it breaks.";
    }

    @Override
    public Class<RewardModel> kind() {
      return RewardModel.class;
    }

    @Override
    public Class<NoOptions> options() {
      return NoOptions.class;
    }

    @Override
    public RewardModel create(NoOptions options, ComponentContext context) {
      return completions -> score(completions);
    }
  }
}
