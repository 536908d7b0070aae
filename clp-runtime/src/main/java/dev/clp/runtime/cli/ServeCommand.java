package dev.clp.runtime.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.experiment.Experiments;
import dev.clp.runtime.serve.ServeOptions;
import dev.clp.runtime.serve.ServedFolder;
import dev.clp.runtime.serve.Server;
import jakarta.inject.Inject;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Serves a run's policies, or a plain model, over HTTP. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description =
        "Serves a run's policies at any weights, or a plain model, over HTTP in OpenAI's form.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  clp serve runs/quickstart",
      "  curl localhost:8080/v1/completions -H 'Content-Type: application/json' -d '{",
      "      \"model\": \"full-clp\", \"weights\": {\"accuracy\": 3, \"brevity\": 1}, \"kl\": 0.03,",
      "      \"prompt\": \"The mayor of Avon opened a new bridge on Monday.\\nSummary:\"}'",
      "",
      "Clients that cannot send weights put them into the model's name:",
      "  \"model\": \"full-clp@accuracy=3,brevity=1,kl=0.03\", or \"full-clp#2@...\" for seed 2.",
      "",
      "  curl localhost:8080/v1/models         what can be asked",
      "  curl localhost:8080/v1/objectives     the weights' names and defaults",
      "  curl localhost:8080/metrics           figures for Prometheus",
      "",
      "With CLP_SERVE_KEY=SECRET in the environment, clients must send",
      "the header Authorization: Bearer SECRET."
    })
final class ServeCommand implements Runnable {

  /** The environment's name of the key that clients must send. */
  private static final String KEY = "CLP_SERVE_KEY";

  private static final long MEBIBYTE = 1L << 20;

  private final Experiments experiments;

  @Parameters(paramLabel = "RUN|MODEL", description = "A run's folder, or a model folder.")
  private Path folder;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "The address to listen at. Default: ${DEFAULT-VALUE}, this machine alone.")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "The port; 0 for any that is free. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--batch",
      paramLabel = "ROWS",
      defaultValue = "64",
      description = "The most responses that decode at once. Default: ${DEFAULT-VALUE}.")
  private int rows;

  @Option(
      names = "--queue",
      paramLabel = "REQUESTS",
      defaultValue = "256",
      description =
          "The most requests that wait; others get status 429. Default: ${DEFAULT-VALUE}.")
  private int queue;

  @Option(
      names = "--deadline",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "The longest that a request may take. Default: ${DEFAULT-VALUE}.")
  private double deadline;

  @Option(
      names = "--max-body",
      paramLabel = "MEBIBYTES",
      defaultValue = "2",
      description = "The largest body of a request. Default: ${DEFAULT-VALUE}.")
  private int body;

  @Option(
      names = "--policy-memory",
      paramLabel = "MEBIBYTES",
      description =
          "What policies at weightings may take in memory, those in use excepted; default: a"
              + " quarter of the machine's.")
  private Optional<Long> policyMemory;

  @Option(
      names = "--stop-within",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "How long a stopped server goes on with what it has accepted. Default: ${DEFAULT-VALUE}.")
  private double stopWithin;

  @Option(
      names = "--allow-origin",
      paramLabel = "ORIGIN",
      description = "Let a browser's pages from there call this server; * for all.")
  private Optional<String> origin;

  @Option(
      names = {"-v", "--verbose"},
      description = "Print a line for each request.")
  private boolean verbose;

  @Inject
  ServeCommand(Experiments experiments) {
    this.experiments = experiments;
  }

  @Override
  public void run() {
    ServedFolder served =
        Experiments.isRun(folder)
            ? ServedFolder.of(experiments.open(folder))
            : ServedFolder.of(folder);
    PrintStream out = System.out;
    try (Server server = Server.start(served, options(), out::println, ServeCommand::warn)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop"));
      out.println("Loading " + served.title());
      warnOfOthers();
      names(server.awaitReady()).forEach(line -> out.println("  " + line));
      out.println("Serving at " + server.url());
      server.awaitEnd();
    }
  }

  private ServeOptions options() {
    try {
      return new ServeOptions(
          host,
          port,
          rows,
          queue,
          Duration.ofMillis(Math.round(deadline * 1000)),
          Math.toIntExact(body * MEBIBYTE),
          policyMemory.orElse(machineMemory() / 4 / MEBIBYTE) * MEBIBYTE,
          Duration.ofMillis(Math.round(stopWithin * 1000)),
          Optional.ofNullable(System.getenv(KEY)).filter(key -> !key.isBlank()),
          origin,
          verbose);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new UserException(e.getMessage(), e);
    }
  }

  private static long machineMemory() {
    return ((com.sun.management.OperatingSystemMXBean)
            java.lang.management.ManagementFactory.getOperatingSystemMXBean())
        .getTotalMemorySize();
  }

  private static void warn(String sentence) {
    System.err.println("warning: " + sentence);
  }

  private void warnOfOthers() {
    try {
      if (!InetAddress.getByName(host).isLoopbackAddress()) {
        warn(
            host
                + " can be reached from other machines"
                + (System.getenv(KEY) == null
                    ? ", and anybody there may ask: set " + KEY + ", or leave out --host"
                    : "; the key and all texts travel unencrypted unless a proxy adds TLS"));
      }
    } catch (UnknownHostException e) {
      throw new UserException("--host " + host + " is no address of this machine", e);
    }
  }

  private static List<String> names(JsonNode models) {
    List<String> names = new ArrayList<>();
    for (JsonNode model : models.path("data")) {
      names.add(model.path("id").asText());
    }
    return names;
  }

  private void stop(Server server) {
    System.out.println(
        "Stopping: "
            + server.unfinished()
            + " requests, which have "
            + Duration.ofMillis(Math.round(stopWithin * 1000)).toSeconds()
            + " s to finish");
    server.close();
    System.out.println("Stopped");
  }
}
