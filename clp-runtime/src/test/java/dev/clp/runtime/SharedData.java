package dev.clp.runtime;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Real data that some tests use where it is at hand: a folder {@code shared/data}. */
public final class SharedData {

  private SharedData() {}

  /** Returns a path under shared/data, or skips the test that asks. */
  public static Path path(String name) {
    String given = System.getProperty("clp.shared");
    Path folder = given == null ? null : Path.of(given);
    for (Path up = Path.of("").toAbsolutePath();
        folder == null && up != null;
        up = up.getParent()) {
      if (Files.isDirectory(up.resolve("shared/data"))) {
        folder = up.resolve("shared");
      }
    }
    Path path =
        folder == null ? Path.of("shared/data", name) : folder.resolve("data").resolve(name);
    assumeTrue(
        Files.exists(path),
        "skipped: " + name + " is not here; point -Dclp.shared at a folder with data/" + name);
    return path;
  }
}
