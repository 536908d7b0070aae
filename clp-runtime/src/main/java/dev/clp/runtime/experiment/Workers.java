package dev.clp.runtime.experiment;

import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Runs independent units of work, some at a time; the first failure ends them all. */
final class Workers {

  private Workers() {}

  /**
   * Runs every unit.
   *
   * @param count how many at a time
   */
  static void run(int count, List<Runnable> units) {
    ExecutorService pool = Executors.newFixedThreadPool(count);
    try {
      CompletionService<Void> completion = new ExecutorCompletionService<>(pool);
      units.forEach(unit -> completion.submit(unit, null));
      for (int done = 0; done < units.size(); done++) {
        completion.take().get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      pool.shutdownNow();
    }
  }
}
