package dev.clp.api;

import org.apiguardian.api.API;

/**
 * Watches a run: a log, a progress bar, a tracker of experiments.
 *
 * <p>Listeners only watch. Events come from several threads, one at a time; a listener that is slow
 * delays the run, and one that throws is reported once and hears nothing more, but never stops the
 * run.
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@FunctionalInterface
public interface RunListener extends AutoCloseable {

  /** Takes in what happened. */
  void on(RunEvent event);

  /** Writes what is pending and lets go of what was opened, when the run ends in whatever way. */
  @Override
  default void close() {}
}
