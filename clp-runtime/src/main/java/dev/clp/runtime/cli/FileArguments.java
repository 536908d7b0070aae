package dev.clp.runtime.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Parameters;

/** What the commands that read HOCON take: a file, and settings that precede those in it. */
final class FileArguments {

  @Parameters(index = "0", paramLabel = "FILE", description = "The HOCON file to read.")
  private Path file;

  @Parameters(
      index = "1..*",
      paramLabel = "KEY=VALUE",
      description = "Settings that override those of the file, in HOCON.")
  private List<String> overrides = new ArrayList<>();

  Path file() {
    return file;
  }

  List<String> overrides() {
    return List.copyOf(overrides);
  }
}
