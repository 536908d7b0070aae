package dev.clp.runtime.experiment;

import dev.clp.api.RunEvent;
import dev.clp.api.RunListener;
import dev.clp.api.UnitName;
import dev.clp.runtime.classify.OpenClassifiers;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.diagnostics.CollapseWatch;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.event.EventFile;
import dev.clp.runtime.event.Listeners;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import dev.clp.runtime.store.RunLock;
import dev.clp.runtime.unit.LocalExecutor;
import dev.clp.runtime.unit.Plan;
import dev.clp.runtime.unit.Unit;
import dev.clp.runtime.unit.UnitExecutor;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes a run from wherever its folder stands to its report. */
public final class ExperimentRun {

  private static final int LARGE_MODEL = 5_000_000;

  private ExperimentRun() {}

  /**
   * Returns how many engine threads a worker should have: one where operations are small, so that
   * several units run side by side; all cores for large models.
   */
  public static int threads(Experiment experiment, long parameters) {
    return experiment
        .threads()
        .orElse(parameters < LARGE_MODEL ? 1 : Runtime.getRuntime().availableProcessors());
  }

  /** Returns the executor of this machine: as many workers as the experiment, or the cores, say. */
  public static UnitExecutor local(Experiment experiment) {
    return new LocalExecutor(
        experiment
            .workers()
            .orElse(Math.max(1, Runtime.getRuntime().availableProcessors() / Torch.threads())));
  }

  /**
   * Runs what is left of a run's plan.
   *
   * @param executor decides where and when units run
   * @param watching hear of everything that happens; closed at the end
   */
  @SuppressWarnings("try") // The lock is held, not used.
  public static void complete(OpenRun run, UnitExecutor executor, List<RunListener> watching) {
    try (RunLock unused = RunLock.of(run.folder().path());
        Listeners listeners = new Listeners();
        UnitRunner runner = new UnitRunner(run, listeners)) {
      watching.forEach(listener -> listeners.add("terminal", listener));
      listeners.add("events.jsonl", EventFile.open(run.folder().events()));
      run.experiment()
          .listeners()
          .forEach((name, spec) -> listeners.add(name, spec.create(run.experiment().context())));
      try {
        Plan plan = plan(run);
        listeners.add(
            "collapse watch", new CollapseWatch(unit -> trainingLog(run, plan, unit), listeners));
        listeners.on(
            new RunEvent.RunStarted(
                Instant.now(),
                run.folder().path().toString(),
                run.experiment().name(),
                plan.units().stream().mapToLong(runner::remaining).sum()));
        executor.execute(plan, runner::run);
      } catch (RuntimeException e) {
        listeners.on(new RunEvent.RunFailed(Instant.now(), String.valueOf(e.getMessage())));
        throw e;
      }
    }
  }

  /** Returns the plan of a run, finished units included. */
  static Plan plan(OpenRun run) {
    try (OpenClassifiers classifiers = new OpenClassifiers()) {
      return RunPlan.of(
          run.experiment(),
          run.experiment().context(Optional.of(run.folder().storage()), classifiers),
          Torch.threads());
    }
  }

  private static List<Map<String, Double>> trainingLog(OpenRun run, Plan plan, UnitName name) {
    return plan.units().stream()
        .filter(unit -> unit.name().equals(name))
        .flatMap(unit -> run.folder().trainingLog(unit).stream())
        .map(step -> step.metrics(run.experiment().context().objectives()))
        .toList();
  }

  /** Judges the samples of a finished run again. */
  @SuppressWarnings("try") // The lock is held, not used.
  public static void evaluate(OpenRun run, List<RunListener> watching) {
    try (RunLock unused = RunLock.of(run.folder().path());
        Listeners listeners = new Listeners();
        UnitRunner runner = new UnitRunner(run, listeners)) {
      watching.forEach(listener -> listeners.add("terminal", listener));
      runner.run(new Unit.Evaluate(run.experiment().seeds().get(0), Torch.threads()));
    }
  }
}
