package dev.clp.rewards.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** A program that scores, or misbehaves, as its first argument says. */
final class Child {

  private Child() {}

  /** Returns the command that runs this program with as little to start as possible. */
  static List<String> command(String... arguments) {
    return Stream.concat(
            Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                // Of all that the tests have on the class path, only their own classes.
                Child.class.getProtectionDomain().getCodeSource().getLocation().getPath(),
                Child.class.getName()),
            Stream.of(arguments))
        .toList();
  }

  /**
   * Runs the program.
   *
   * @param arguments what to do, and with what
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    switch (arguments[0]) {
      case "length" -> in.lines().forEach(line -> out.println("{\"score\":" + line.length() + "}"));
      case "number" -> in.lines().forEach(line -> out.println(line.length()));
      case "windows" -> in.lines().forEach(line -> out.print(line.length() + " \r\n"));
      case "print" -> in.lines().forEach(line -> out.println(arguments[1]));
      case "record" -> {
        Path file = Path.of(arguments[1]);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          Files.writeString(
              file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
          out.println(0);
        }
      }
      case "count" -> {
        Files.writeString(
            Path.of(arguments[1]),
            "started\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
        in.lines().forEach(line -> out.println(line.contains("bad") ? "bad" : "1"));
      }
      case "noisy" -> {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          System.err.println("x".repeat(10_000));
          out.println(line.length());
        }
      }
      case "all-at-once" -> {
        List<String> lines = Stream.generate(() -> read(in)).limit(10_000).toList();
        lines.forEach(line -> out.println(line.length()));
        in.lines().forEach(line -> out.println(line.length()));
      }
      case "die" -> {
        out.println(in.readLine().length());
        for (int i = 1; i <= 30; i++) {
          System.err.println("error " + i);
        }
        System.err.print("the end");
        System.exit(3);
      }
      case "escape" -> {
        System.err.println("\u001b]0;error\u0007");
        in.lines().forEach(line -> out.println("\u001b[2Janswer"));
      }
      case "torn" -> {
        in.readLine();
        out.print("0.1");
        out.flush();
      }
      case "once" -> out.println(in.readLine().length());
      case "stall" -> {
        out.println(in.readLine().length());
        System.err.println("thinking");
        Thread.sleep(600_000);
      }
      case "stall-at-once" -> Thread.sleep(600_000);
      case "close-output" -> {
        in.readLine();
        System.out.close();
        Thread.sleep(600_000);
      }
      case "twice" ->
          in.lines()
              .forEach(
                  line -> {
                    out.println(1);
                    out.println(2);
                  });
      case "deaf" -> {
        for (int i = 0; i < 10_000; i++) {
          out.println(i);
        }
        Thread.sleep(600_000);
      }
      case "flood" -> {
        while (!out.checkError()) {
          out.print("x".repeat(1000));
        }
      }
      case "drip" -> {
        while (!out.checkError()) {
          out.print("1");
          out.flush();
          Thread.sleep(20);
        }
      }
      case "immortal" -> {
        Files.writeString(Path.of(arguments[1]), String.valueOf(ProcessHandle.current().pid()));
        out.println(in.readLine().length());
        Thread.sleep(600_000);
      }
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static String read(BufferedReader in) {
    try {
      return in.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
