package dev.clp.runtime.cli;

import com.google.inject.ConfigurationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.plugin.ComponentsModule;
import dev.clp.runtime.plugin.InstalledComponents;
import dev.clp.runtime.plugin.PluginFolders;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
    name = "clp",
    mixinStandardHelpOptions = true,
    version = "clp 0.1.0",
    description = "Trains, compares and serves steerable language models.",
    footerHeading = "%nA first run:%n",
    footer = {
      "  clp run samples/quickstart/quickstart.conf",
      "",
      "Every command explains itself: clp COMMAND --help"
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RunCommand.class,
      ResumeCommand.class,
      EvaluateCommand.class,
      CompareCommand.class,
      GenerateCommand.class,
      ServeCommand.class,
      ExportCommand.class,
      FitWeightsCommand.class,
      SftCommand.class,
      TrainRewardCommand.class,
      ComponentsCommand.class,
      CheckCommand.class,
      ExplainCommand.class,
      NewCommand.class,
      BenchCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Clp implements Runnable {

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show stack traces of errors.")
  private boolean debug;

  @Option(
      names = "--plugins",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "A folder of plugins, beside ~/.clp/plugins; may be repeated.")
  private List<Path> plugins = new ArrayList<>();

  @Spec private CommandSpec spec;

  /** Returns the plugins folders that the command line names. */
  List<Path> plugins() {
    return List.copyOf(plugins);
  }

  /** Runs a command and exits with its status: 0, 1 for a failure, 2 for wrong arguments. */
  public static void main(String[] arguments) {
    System.setProperty("java.awt.headless", "true");
    System.exit(execute(arguments));
  }

  /** Runs a command and returns its exit status. */
  static int execute(String... arguments) {
    Clp clp = new Clp();
    Injector injector =
        Guice.createInjector(
            new ComponentsModule(
                new InstalledComponents(() -> PluginFolders.standard(clp.plugins))));
    CommandLine commandLine = new CommandLine(clp, new InjectingFactory(injector));
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setUsageHelpAutoWidth(true);
    commandLine.setExecutionExceptionHandler(
        (exception, failed, parsed) -> clp.report(exception, failed.getErr()));
    try {
      return commandLine.execute(arguments);
    } catch (LinkageError e) {
      // Picocli hands over exceptions only; a plugin that lacks a library throws this.
      return clp.report(
          new UserException(
              "a class cannot be loaded: "
                  + e
                  + "; a plugin lacks a library or was built for other versions",
              e),
          commandLine.getErr());
    }
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private int report(Exception exception, PrintWriter err) {
    if (debug) {
      exception.printStackTrace(err);
    } else if (exception instanceof UserException) {
      err.println("clp: " + exception.getMessage());
    } else {
      err.println("clp: unexpected failure: " + exception);
      err.println("clp: please report it with the output of the same command and --debug");
    }
    err.flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** Lets Guice create commands, and picocli what Guice does not know. */
  private record InjectingFactory(Injector injector) implements CommandLine.IFactory {

    @Override
    public <K> K create(Class<K> type) throws Exception {
      try {
        return injector.getInstance(type);
      } catch (ConfigurationException unknown) {
        return CommandLine.defaultFactory().create(type);
      }
    }
  }
}
