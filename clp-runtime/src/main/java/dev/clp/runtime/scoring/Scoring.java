package dev.clp.runtime.scoring;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.clp.api.Completion;
import dev.clp.runtime.rollout.Rollout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Scores rollouts beside the thread that samples them, every objective on a thread of its own.
 *
 * <p>A reward may be slow, above all a remote one. Scores do not depend on when they are computed,
 * so whoever samples the next batch before it asks for these gets the same ones earlier. Closing
 * interrupts what is still being scored.
 */
public final class Scoring implements AutoCloseable {

  private final Objectives objectives;
  private final ExecutorService threads;

  /** Starts threads as they are needed: one per objective of every batch under way. */
  public Scoring(Objectives objectives) {
    this(
        objectives,
        Executors.newCachedThreadPool(
            // A reward that no interrupt reaches must not keep the process alive.
            new ThreadFactoryBuilder().setNameFormat("scoring-%d").setDaemon(true).build()));
  }

  /** Scores on threads of the caller's; closing ends them. */
  /** Scores on threads of the caller's; closing ends them. */
  public Scoring(Objectives objectives, ExecutorService threads) {
    this.objectives = objectives;
    this.threads = threads;
  }

  /** Scores that are on their way. */
  public static final class Scores {

    private final List<Future<float[]>> columns;

    private Scores(List<Future<float[]>> columns) {
      this.columns = columns;
    }

    /**
     * Waits for the scores.
     *
     * @return [rollouts][objectives], raw
     * @throws RuntimeException whatever a reward, or {@link Objectives#score}, threw
     */
    public float[][] await() {
      try {
        List<float[]> scores = new ArrayList<>();
        for (Future<float[]> column : columns) {
          scores.add(column.get());
        }
        return Objectives.rows(scores);
      } catch (ExecutionException e) {
        Throwables.throwIfUnchecked(e.getCause());
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for rewards", e);
      }
    }
  }

  /** Begins to score rollouts. */
  public Scores begin(List<Rollout> rollouts) {
    List<Completion> completions = rollouts.stream().map(Rollout::completion).toList();
    List<Future<float[]>> columns = new ArrayList<>();
    for (String name : objectives.names()) {
      columns.add(threads.submit(() -> objectives.score(name, completions)));
    }
    return new Scores(columns);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
