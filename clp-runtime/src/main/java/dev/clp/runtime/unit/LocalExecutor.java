package dev.clp.runtime.unit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Runs units in this process, some at a time; the first failure ends them all.
 *
 * @param workers how many units at a time, at least one
 */
public record LocalExecutor(int workers) implements UnitExecutor {

  public LocalExecutor {
    if (workers < 1) {
      throw new IllegalArgumentException("an executor needs a worker, but got " + workers);
    }
  }

  @Override
  public void execute(Plan plan, Consumer<Unit> runner) {
    ExecutorService pool = Executors.newFixedThreadPool(workers);
    try {
      CompletionService<Unit> completion = new ExecutorCompletionService<>(pool);
      List<Unit> waiting = new ArrayList<>(plan.units());
      Set<Unit> done = new HashSet<>();
      while (done.size() < plan.units().size()) {
        for (Unit unit : List.copyOf(waiting)) {
          if (done.containsAll(plan.needs().get(unit))) {
            waiting.remove(unit);
            completion.submit(() -> runner.accept(unit), unit);
          }
        }
        done.add(completion.take().get());
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      } else if (e.getCause() instanceof Error error) {
        throw error;
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
