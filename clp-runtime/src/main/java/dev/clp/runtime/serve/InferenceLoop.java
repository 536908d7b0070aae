package dev.clp.runtime.serve;

import ai.djl.ndarray.NDManager;
import dev.clp.runtime.engine.Torch;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.serve.ServedFolder.Loaded;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The one thread that uses the engine: it loads the model, then samples whatever was submitted,
 * requests joining and leaving between tokens.
 */
final class InferenceLoop {

  /** What a server is doing. */
  enum State {
    LOADING,
    READY,
    /** It finishes what it has accepted. */
    STOPPING,
    FAILED
  }

  private static final long IDLE_MILLIS = 100;

  private final ServedFolder served;
  private final ServeOptions options;
  private final ServerMetrics metrics;
  private final BlockingQueue<Job> queue;
  private final CompletableFuture<Loaded> loaded = new CompletableFuture<>();
  private final Thread thread;
  private final Consumer<String> warn;
  private volatile State state = State.LOADING;
  private volatile Optional<Throwable> failure = Optional.empty();
  private volatile long stopBy = Long.MAX_VALUE;
  private volatile int runningRows;
  private volatile int runningJobs;
  private volatile boolean isNextWaiting;

  /**
   * Prepares to serve; nothing is loaded before {@link #start}.
   *
   * @param warn takes what a user might not assume, a sentence each
   */
  InferenceLoop(
      ServedFolder served, ServeOptions options, ServerMetrics metrics, Consumer<String> warn) {
    this.served = served;
    this.options = options;
    this.metrics = metrics;
    this.warn = warn;
    this.queue = new LinkedBlockingQueue<>(options.queue());
    this.thread = new Thread(this::run, "inference");
  }

  void start() {
    thread.start();
  }

  State state() {
    return state;
  }

  /** Returns what was loaded, once it is; fails if loading does. */
  CompletableFuture<Loaded> loaded() {
    return loaded;
  }

  /** Returns the number of requests that wait. */
  int waiting() {
    return queue.size() + (isNextWaiting ? 1 : 0);
  }

  /** Returns the number of requests that are answered now. */
  int running() {
    return runningJobs;
  }

  /** Returns the number of responses that decode now. */
  int rows() {
    return runningRows;
  }

  /**
   * Queues a request, whose listener hears of it from now on.
   *
   * @throws ApiError if the queue is full, or the server is not ready
   */
  void submit(Job job) {
    requireReady();
    if (!queue.offer(job)) {
      throw full();
    }
  }

  /**
   * Makes sure that a request could be queued now.
   *
   * @throws ApiError if the queue is full, or the server is not ready
   */
  void requireRoom() {
    requireReady();
    if (queue.remainingCapacity() == 0) {
      throw full();
    }
  }

  private void requireReady() {
    switch (state) {
      case READY -> {}
      case LOADING -> throw ApiError.unavailable("loading " + served.title() + "; ask again soon");
      case STOPPING -> throw ApiError.unavailable("the server is stopping");
      default -> throw ApiError.unavailable("the server failed; its log says why");
    }
  }

  private ApiError full() {
    return new ApiError(
        429,
        null,
        "queue_full",
        options.queue() + " requests are waiting already; ask again later");
  }

  /** Begins to stop: what was accepted goes on for a while, then is given up. */
  void stop() {
    if (state == State.READY || state == State.LOADING) {
      state = State.STOPPING;
    }
    stopBy = System.nanoTime() + options.stopWithin().toNanos();
  }

  /** Waits until the thread has ended, and returns why if it failed. */
  Optional<Throwable> join() throws InterruptedException {
    thread.join();
    return failure;
  }

  private void run() {
    try (NDManager manager = Torch.newManager()) {
      Loaded now = served.load(manager, options.policyBytes());
      try (Batch batch = new Batch(manager, now, options.rows(), metrics)) {
        now.folder().notices().forEach(warn);
        warm(batch);
        if (state == State.LOADING) {
          state = State.READY;
        }
        loaded.complete(now);
        serve(batch);
      } finally {
        now.policies().close();
        now.folder().close();
      }
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      state = State.FAILED;
      // Nobody waits for what is loaded already.
      loaded.completeExceptionally(e);
      failure = Optional.of(e);
    } finally {
      refuse(ApiError.unavailable("the server has stopped"));
    }
  }

  private void warm(Batch batch) {
    try {
      batch.warm();
    } catch (UserException e) {
      warn.accept(e.getMessage());
    }
  }

  private void serve(Batch batch) {
    Queue<Job> next = new ArrayDeque<>(1);
    try {
      while (!isOver(batch, next)) {
        queue.removeIf(Batch::isGivenUp);
        next.removeIf(Batch::isGivenUp);
        admit(batch, next);
        isNextWaiting = !next.isEmpty();
        runningRows = batch.rows();
        runningJobs = batch.jobs();
        metrics.batch(batch.weightings(), batch.policies());
        if (batch.rows() > 0) {
          batch.step();
        }
      }
    } finally {
      ApiError stopped = ApiError.unavailable("the server stopped before the reply was complete");
      batch.fail(stopped);
      next.forEach(job -> job.listener().failed(stopped));
    }
  }

  private boolean isOver(Batch batch, Queue<Job> next) {
    boolean isIdle = batch.rows() == 0 && next.isEmpty() && queue.isEmpty();
    return state == State.STOPPING && (isIdle || System.nanoTime() - stopBy > 0);
  }

  /** Admits requests in the order in which they came, as long as there is room. */
  private void admit(Batch batch, Queue<Job> next) {
    do {
      if (next.isEmpty()) {
        take(batch).ifPresent(next::add);
      }
    } while (!next.isEmpty() && batch.admit(next.peek()) && next.poll() != null);
  }

  private Optional<Job> take(Batch batch) {
    if (batch.rows() > 0) {
      return Optional.ofNullable(queue.poll());
    }
    try {
      return Optional.ofNullable(queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private void refuse(ApiError error) {
    for (Job job = queue.poll(); job != null; job = queue.poll()) {
      job.listener().failed(error);
    }
  }
}
