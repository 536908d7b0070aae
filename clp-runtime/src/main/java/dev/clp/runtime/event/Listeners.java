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

  private final List<RunListener> listening = new ArrayList<>();

  /** Adds a listener, which hears what happens from now on; this closes it. */
  public synchronized void add(RunListener listener) {
    listening.add(listener);
  }

  /** Passes an event on; a listener may itself tell of another event, which follows this one. */
  @Override
  public synchronized void on(RunEvent event) {
    for (RunListener listener : List.copyOf(listening)) {
      attempt(listener, "'s listener failed and hears nothing more: ", () -> listener.on(event));
    }
  }

  @Override
  public synchronized void close() {
    for (RunListener listener : List.copyOf(listening)) {
      attempt(listener, "'s listener failed when it was closed: ", listener::close);
      listening.remove(listener);
    }
  }

  private void attempt(RunListener listener, String what, Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | LinkageError e) {
      // Removed first, or it would be told of its own failure.
      if (listening.remove(listener)) {
        on(new RunEvent.Warned(Instant.now(), listener.getClass().getName() + what + e));
      }
    }
  }
}
