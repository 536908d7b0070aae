package dev.clp.runtime.event;

import dev.clp.api.RunEvent;
import dev.clp.api.RunListener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Passes events on to listeners, one event at a time and in the same order to all.
 *
 * <p>A listener that throws hears nothing more; the others are told once what it threw. Listeners
 * never stop a run.
 */
public final class Listeners implements RunListener {

  private final List<Named> listening = new ArrayList<>();

  private record Named(String name, RunListener listener) {}

  /**
   * Adds a listener, which hears what happens from now on; this closes it.
   *
   * @param name what a warning calls it
   */
  public synchronized void add(String name, RunListener listener) {
    listening.add(new Named(name, listener));
  }

  /** Passes an event on; a listener may itself tell of another event, which follows this one. */
  @Override
  public synchronized void on(RunEvent event) {
    for (Named each : List.copyOf(listening)) {
      attempt(each, "failed and hears nothing more: ", () -> each.listener().on(event));
    }
  }

  @Override
  public synchronized void close() {
    for (Named each : List.copyOf(listening)) {
      attempt(each, "failed when it was closed: ", each.listener()::close);
      listening.remove(each);
    }
  }

  private void attempt(Named each, String what, Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | LinkageError e) {
      // Removed first, or it would be told of its own failure.
      if (listening.remove(each)) {
        on(
            new RunEvent.Warned(
                Instant.now(), "the listener '" + each.name() + "' " + what + e.getMessage()));
      }
    }
  }
}
