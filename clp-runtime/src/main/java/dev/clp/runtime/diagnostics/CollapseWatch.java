package dev.clp.runtime.diagnostics;

import dev.clp.api.RunEvent;
import dev.clp.api.RunListener;
import dev.clp.api.UnitName;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Warns, while policies train, of those that collapse.
 *
 * <p>What a {@link CollapseDetector} says depends on all steps of a unit: those of earlier sessions
 * are read from the unit's log when it begins.
 */
public final class CollapseWatch implements RunListener {

  private final Function<UnitName, List<Map<String, Double>>> log;
  private final RunListener warned;
  private final Map<UnitName, CollapseDetector> detectors = new HashMap<>();

  /**
   * Watches a run.
   *
   * @param log returns the metrics of the steps that a unit has taken before; none if it does not
   *     train
   * @param warned receives the warnings
   */
  public CollapseWatch(Function<UnitName, List<Map<String, Double>>> log, RunListener warned) {
    this.log = log;
    this.warned = warned;
  }

  @Override
  public void on(RunEvent event) {
    if (event instanceof RunEvent.UnitStarted started) {
      CollapseDetector detector = new CollapseDetector(started.unit().toString());
      // The warnings of earlier steps were given when they were taken.
      log.apply(started.unit()).forEach(detector::observe);
      detectors.put(started.unit(), detector);
    } else if (event instanceof RunEvent.StepCompleted step) {
      detectors
          .get(step.unit())
          .observe(step.metrics())
          .forEach(line -> warned.on(new RunEvent.Warned(Instant.now(), line)));
    } else if (event instanceof RunEvent.UnitFinished finished) {
      detectors.remove(finished.unit());
    }
  }
}
