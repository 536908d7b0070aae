package dev.clp.runtime.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The command line within the test's own process, where the engine runs already. */
final class InProcess {

  private InProcess() {}

  /** What a finished command left: its status and everything it printed. */
  record Result(int status, String output) {}

  /** Runs a command to its end. */
  static Result run(String... arguments) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    PrintStream out = System.out;
    PrintStream err = System.err;
    try (PrintStream captured = new PrintStream(output, true, StandardCharsets.UTF_8)) {
      System.setOut(captured);
      System.setErr(captured);
      int status = Clp.execute(arguments);
      return new Result(status, output.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}
