package dev.clp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The checkout that the tests run in. */
public final class Checkout {

  private Checkout() {}

  /** Returns the folder that holds samples/. */
  public static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("samples"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  /** Returns the folder of a sample. */
  public static Path sample(String name) {
    return root().resolve("samples").resolve(name);
  }

  /** Runs a sample's single-file program and compares what it writes with what is committed. */
  public static void assertMakes(Path sample, String program, Path folder, List<String> files)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                sample.resolve(program).toString(),
                folder.toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
    for (String file : files) {
      assertThat(folder.resolve(file)).as(file).hasSameBinaryContentAs(sample.resolve(file));
    }
  }
}
