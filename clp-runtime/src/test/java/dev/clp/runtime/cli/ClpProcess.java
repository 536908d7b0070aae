package dev.clp.runtime.cli;

import dev.clp.runtime.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The command line in a process of its own, as users start it, so that it can also be killed. */
final class ClpProcess {

  private final Process process;
  private final Path output;

  private ClpProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** What a finished command left: its status and everything it printed. */
  record Result(int status, String output) {}

  /** Starts a command in the folder of the checkout, the components on the class path. */
  static ClpProcess start(String... arguments) {
    return start(command(arguments), Map.of());
  }

  /**
   * Starts a command whose files may have no more than so many kibibytes, as where a quota or a
   * disk ends.
   */
  static ClpProcess startWithRoom(int kibibytes, String... arguments) {
    // A shell counts blocks of 512 bytes.
    List<String> command =
        new ArrayList<>(
            List.of("sh", "-c", "ulimit -f " + 2 * kibibytes + " && exec \"$@\"", "sh"));
    command.addAll(command(arguments));
    return start(command, Map.of());
  }

  private static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    if (Runtime.version().feature() >= 24) {
      // As the launcher does: later Java versions ask for consent, and warn otherwise.
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("dev.clp.runtime.cli.Clp");
    command.addAll(List.of(arguments));
    return command;
  }

  /** Runs a command with the launcher, as users do, to its end. */
  static Result launch(String... arguments) {
    return launch(Map.of(), arguments);
  }

  /** Runs a command with the launcher and further variables in its environment. */
  static Result launch(Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Checkout.root().resolve("clp-runtime/bin/clp").toString());
    command.addAll(List.of(arguments));
    return start(command, environment).finish();
  }

  private static ClpProcess start(List<String> command, Map<String, String> environment) {
    try {
      Path output = Files.createTempFile("clp", ".log");
      output.toFile().deleteOnExit();
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(Checkout.root().toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      return new ClpProcess(builder.start(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a command to its end. */
  static Result run(String... arguments) {
    return start(arguments).finish();
  }

  /** Waits for the end. */
  Result finish() {
    try {
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError("still running after five minutes: " + text());
      }
      return new Result(process.exitValue(), text());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Kills the process as {@code kill -9} does, some time after a file or folder of this name
   * appears below a folder.
   */
  void killWhen(Path below, String name, long thenMilliseconds) {
    try {
      while (process.isAlive() && !exists(below, name)) {
        Thread.sleep(2);
      }
      Thread.sleep(thenMilliseconds);
      if (!process.isAlive()) {
        throw new AssertionError("ended before it could be killed: " + text());
      }
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static boolean exists(Path below, String name) {
    if (!Files.isDirectory(below)) {
      return false;
    }
    try (Stream<Path> paths = Files.walk(below)) {
      return paths.anyMatch(path -> path.getFileName().toString().equals(name));
    } catch (IOException | UncheckedIOException changing) {
      return false;
    }
  }

  private String text() {
    try {
      return Files.readString(output, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
