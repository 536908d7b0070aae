package dev.clp.runtime;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Chromium without a window, if this machine has one. */
public final class Browser {

  private static final int SECONDS = 60;

  private Browser() {}

  /**
   * Opens a page and returns what its scripts made of it, without the scripts. The test that calls
   * this is skipped, with a reason, where no browser runs.
   *
   * @param folder where the browser may write
   */
  public static String opened(URI page, Path folder) throws IOException, InterruptedException {
    Optional<Path> browser =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .flatMap(
                place ->
                    Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(place, name)))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(browser.isPresent(), "there is no Chromium or Chrome on the PATH");
    Path dump = folder.resolve("dump.html");
    Process process =
        new ProcessBuilder(
                browser.get().toString(),
                "--headless",
                // The page is ours, and builds often run as root, where the sandbox does not.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + folder.resolve("profile"),
                "--virtual-time-budget=2000",
                "--dump-dom",
                page.toString())
            .redirectOutput(dump.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assumeTrue(
          process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0,
          "the browser " + browser.get() + " does not run here");
    } finally {
      process.destroyForcibly();
    }
    return Pattern.compile("(?s)<script.*?</script>")
        .matcher(Files.readString(dump))
        .replaceAll("");
  }
}
