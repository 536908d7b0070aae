package dev.clp.runtime.cli;

import com.typesafe.config.Config;
import dev.clp.runtime.config.OptionDescription;
import dev.clp.runtime.config.OptionsBinder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;

/** Lists the settings of a command's HOCON file below its help, and shows examples. */
abstract class SettingsHelp implements IModelTransformer {

  private final Class<? extends Record> options;
  private final Config defaults;
  private final List<String> examples;

  /**
   * Describes the settings that a record holds.
   *
   * @param defaults precede those that the record states
   */
  SettingsHelp(Class<? extends Record> options, Config defaults, String... examples) {
    this.options = options;
    this.defaults = defaults;
    this.examples = List.of(examples);
  }

  @Override
  public CommandSpec transform(CommandSpec command) {
    List<String> lines = new ArrayList<>();
    for (OptionDescription option : OptionsBinder.describe(options)) {
      OptionDescription shown =
          defaults.hasPath(option.key())
              ? option.withDefault(defaults.getString(option.key()))
              : option;
      lines.addAll(Arrays.asList(shown.toText().split("\n", -1)));
    }
    lines.removeIf(String::isEmpty);
    lines.add("");
    lines.add("Examples:");
    examples.forEach(example -> lines.add("  " + example));
    command
        .usageMessage()
        .footerHeading("%nSettings of the file:%n")
        // What is shown passes through a formatter.
        .footer(lines.stream().map(line -> line.replace("%", "%%")).toArray(String[]::new));
    return command;
  }
}
