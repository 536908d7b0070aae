package dev.clp.runtime.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/** The PyTorch engine: started once, offline, with a fixed number of threads. */
public final class Torch {

  private static volatile boolean running;
  private static volatile int threads = 1;

  private Torch() {}

  /**
   * Chooses the number of threads that one operation may use, for this thread and new ones.
   *
   * <p>Small models are faster with one: an operation on a small array costs less than waking a
   * second thread. Results are reproducible bit by bit only for the same number of threads.
   */
  public static void useThreads(int count) {
    threads = count;
    if (running) {
      JniUtils.setNumThreads(count);
    } else {
      System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(count));
    }
  }

  /** Returns the number of threads that one operation may use. */
  public static int threads() {
    return threads;
  }

  /** Turns DJL's downloads and telemetry off, unless a system property has asked for them. */
  public static void goOffline() {
    System.setProperty("ai.djl.offline", System.getProperty("ai.djl.offline", "true"));
    System.setProperty("OPT_OUT_TRACKING", System.getProperty("OPT_OUT_TRACKING", "true"));
  }

  /** Starts the engine unless it runs; plugin class loaders must not exist before. */
  public static void start() {
    if (!Started.NOW) {
      throw new IllegalStateException("the engine did not start");
    }
  }

  /** Opens a manager of arrays; whoever opens it closes it. */
  public static NDManager newManager() {
    start();
    return NDManager.newBaseManager(Device.cpu(), "PyTorch");
  }

  /** Returns the number of live arrays of all managers. */
  public static int liveArrays() {
    try (NDManager manager = newManager()) {
      return manager.getParentManager().getManagedArrays().size();
    }
  }

  /**
   * Does some work with gradients recorded or not.
   *
   * <p>The mode is per thread, and new threads start with gradients on: whoever runs a model says
   * which it wants.
   */
  public static <T> T withGradients(boolean on, Supplier<T> work) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(on);
    try {
      return work.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  /** Holds the engine's start, so that it happens once and on first use. */
  private static final class Started {
    static final boolean NOW = start();

    private static boolean start() {
      goOffline();
      System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
      System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
      running = true;
      return Engine.getEngine("PyTorch") != null;
    }
  }
}
