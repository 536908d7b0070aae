package dev.clp.runtime.config;

import java.util.function.Supplier;

/**
 * Runs a component's code with its own class loader as the thread's context loader, where libraries
 * look for what they load by name.
 */
public final class ContextLoader {

  private ContextLoader() {}

  /** Returns what {@code work} gives while {@code loader} is the context loader. */
  public static <T> T call(ClassLoader loader, Supplier<T> work) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return work.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
