package dev.clp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs other programs, which must end within two minutes. */
public final class Commands {

  private Commands() {}

  /**
   * What a program did.
   *
   * @param status its exit status
   * @param output what it wrote, errors included
   */
  public record Outcome(int status, String output) {}

  /** Runs a program in a folder. */
  public static Outcome run(Path folder, List<String> command)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile("command", ".log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("%s ended", command).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String output = Files.readString(log);
    Files.delete(log);
    return new Outcome(process.exitValue(), output);
  }

  /** Returns where Maven is, if it is on the path. */
  public static Optional<Path> maven() {
    boolean isWindows = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows");
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Arrays.stream(path.split(File.pathSeparator))
        .map(folder -> Path.of(folder, isWindows ? "mvn.cmd" : "mvn"))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
