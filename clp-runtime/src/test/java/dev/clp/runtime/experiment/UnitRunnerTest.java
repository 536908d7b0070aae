package dev.clp.runtime.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.api.RunEvent;
import dev.clp.runtime.Checkout;
import dev.clp.runtime.config.ExperimentFile;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import dev.clp.runtime.plugin.InstalledComponents;
import dev.clp.runtime.plugin.PluginFolders;
import dev.clp.runtime.unit.Plan;
import dev.clp.runtime.unit.Unit;
import dev.clp.runtime.unit.UnitExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Units run elsewhere: from the run's folder alone, in another order, with the same bits. */
class UnitRunnerTest {

  private static final List<String> SMALL =
      List.of(
          "seeds=[1]",
          "workers=2",
          "policies=null",
          "policies.full-clp={}",
          "policies.rewarded-soups={}",
          "training.steps=3",
          "experts.steps=2",
          "training.prompts-per-step=4",
          "training.samples-per-prompt=2",
          "data.evaluation=4",
          "data.calibration=8",
          "evaluation.divisions=1");

  @TempDir Path folder;

  private final Experiments experiments =
      new Experiments(
          new ExperimentFile(
              new InstalledComponents(
                  () -> new PluginFolders(List.of(), List.of(), Optional.empty()))));

  @Test
  void anotherExecutorComesToTheSameBits() throws IOException {
    OpenRun local = begin("local");
    ExperimentRun.complete(local, ExperimentRun.local(local.experiment()), List.of());
    OpenRun elsewhere = begin("elsewhere");
    Elsewhere executor = new Elsewhere(elsewhere.folder().path());
    ExperimentRun.complete(elsewhere, executor, List.of());
    assertThat(executor.order).isNotEqualTo(ExperimentRun.plan(local).units());
    assertThat(results(elsewhere))
        .containsExactlyElementsOf(results(local))
        .anyMatch(name -> name.endsWith("parameters.safetensors"))
        .anyMatch(name -> name.startsWith("samples"))
        .allSatisfy(
            name ->
                assertThat(elsewhere.folder().path().resolve(name))
                    .hasSameBinaryContentAs(local.folder().path().resolve(name)));
  }

  @Test
  void whatIsDoneIsPassedOverAndEventsTellTheRest() {
    OpenRun run = begin("run");
    List<RunEvent> events = Collections.synchronizedList(new ArrayList<>());
    ExperimentRun.complete(run, ExperimentRun.local(run.experiment()), List.of(events::add));
    assertThat(events).first().isInstanceOf(RunEvent.RunStarted.class);
    assertThat(events)
        .filteredOn(RunEvent.StepCompleted.class::isInstance)
        .as("full-clp's steps and those of two experts")
        .hasSize(3 + 2 * 2);
    assertThat(events).filteredOn(RunEvent.RunFinished.class::isInstance).hasSize(1);
    events.clear();
    ExperimentRun.complete(run, ExperimentRun.local(run.experiment()), List.of(events::add));
    assertThat(events)
        .filteredOn(RunEvent.UnitStarted.class::isInstance)
        .extracting(event -> ((RunEvent.UnitStarted) event).unit().kind())
        .as("whether soups train is asked anew; samples are judged anew")
        .containsOnly("train-policy", "evaluate");
    assertThat(events).noneMatch(RunEvent.StepCompleted.class::isInstance);
    assertThat(run.folder().events()).content().contains("StepCompleted", "RunFinished");
  }

  @Test
  void aUnitOfOtherThreadsIsRefused() {
    OpenRun run = begin("run");
    try (UnitRunner runner = new UnitRunner(run, event -> {})) {
      assertThatThrownBy(() -> runner.run(new Unit.Calibrate(1, Torch.threads() + 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("threads");
    }
  }

  private OpenRun begin(String name) {
    Path file = Checkout.sample("quickstart").resolve("quickstart.conf");
    return experiments.begin(file, SMALL, Optional.of(folder.resolve(name)));
  }

  /** The files whose bits do not depend on the clock. */
  private static List<String> results(OpenRun run) throws IOException {
    Path root = run.folder().path();
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .filter(name -> name.matches("(experts|policies|samples|calibration).*"))
          .filter(name -> !name.endsWith("state.json"))
          .sorted()
          .toList();
    }
  }

  /** Sends every unit as text to a runner that knows the run's folder and nothing else. */
  private final class Elsewhere implements UnitExecutor {

    private final ObjectMapper json = new ObjectMapper();
    private final List<Unit> order = new ArrayList<>();
    private final Path run;

    Elsewhere(Path run) {
      this.run = run;
    }

    @Override
    public void execute(Plan plan, Consumer<Unit> runner) {
      List<Unit> waiting = new ArrayList<>(plan.units());
      Collections.reverse(waiting);
      Set<Unit> done = new HashSet<>();
      while (!waiting.isEmpty()) {
        Unit next =
            waiting.stream()
                .filter(unit -> done.containsAll(plan.needs().get(unit)))
                .findFirst()
                .orElseThrow();
        send(next);
        waiting.remove(next);
        done.add(next);
        order.add(next);
      }
    }

    private void send(Unit unit) {
      try (UnitRunner there = new UnitRunner(experiments.reopen(run), event -> {})) {
        Unit received = json.readValue(json.writeValueAsString(unit), Unit.class);
        assertThat(received).isEqualTo(unit);
        there.run(received);
      } catch (JsonProcessingException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
