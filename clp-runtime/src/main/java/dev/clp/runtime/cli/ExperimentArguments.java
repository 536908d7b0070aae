package dev.clp.runtime.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Parameters;

/** An experiment as the commands that read one take it: a file, and settings that precede it. */
final class ExperimentArguments {

  @Parameters(index = "0", paramLabel = "FILE", description = "The experiment, a HOCON file.")
  private Path file;

  @Parameters(
      index = "1..*",
      paramLabel = "KEY=VALUE",
      description = "Settings that precede the file's, in HOCON.")
  private List<String> overrides = new ArrayList<>();

  Path file() {
    return file;
  }

  List<String> overrides() {
    return List.copyOf(overrides);
  }
}
