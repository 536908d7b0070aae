package dev.clp.runtime.plugin;

import dev.clp.runtime.config.ContextLoader;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Runs the code of plugins that are being loaded, so that one that prints cannot spoil a command's
 * output, one that hangs holds up nothing for longer than a limit, and one that ends the program is
 * named and makes the command fail.
 */
final class PluginLoading {

  static final Duration LIMIT = Duration.ofSeconds(30);

  private final Duration limit;

  PluginLoading(Duration limit) {
    this.limit = limit;
  }

  /**
   * Returns what {@code work} gives, which runs with {@code loader} as its context loader.
   *
   * @param place the JAR or folder, for errors
   * @throws IllegalArgumentException if it does not end within the limit
   * @throws ExecutionException with what the work throws
   */
  <T> T call(String place, ClassLoader loader, Supplier<T> work) throws ExecutionException {
    FutureTask<T> task = new FutureTask<>(() -> ContextLoader.call(loader, work));
    Thread thread = new Thread(task, "loading " + place);
    thread.setDaemon(true);
    Thread refusal = new Thread(() -> refuseExit(place), "exit while loading");
    PrintStream out = System.out;
    Runtime.getRuntime().addShutdownHook(refusal);
    System.setOut(System.err);
    try {
      thread.start();
      thread.join(limit.toMillis());
      if (!task.isDone()) {
        throw new IllegalArgumentException(
            "it did not finish loading within "
                + limit.toSeconds()
                + " s; remove it, or ask its author to load without waiting");
      }
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalArgumentException("loading it was interrupted", e);
    } finally {
      System.setOut(out);
      forget(refusal);
    }
  }

  private static void forget(Thread hook) {
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program ends already, and the hook has its say.
    }
  }

  /** Ends the program as a failure, whatever status the plugin asked for. */
  private static void refuseExit(String place) {
    System.err.println(
        "clp: " + place + ": this plugin ended the program while it was loaded; remove it");
    System.err.flush();
    Runtime.getRuntime().halt(1);
  }
}
