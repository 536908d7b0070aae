package dev.clp.runtime.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.runtime.error.UserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Another program that measures the same work and prints the same figures. */
final class Peer {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> command;
  private final Consumer<String> out;
  private final Map<String, Double> best = new LinkedHashMap<>();

  /** Names the command; what it prints is passed on to {@code out}. */
  Peer(List<String> command, Consumer<String> out) {
    this.command = List.copyOf(command);
    this.out = out;
  }

  /** Returns the most tokens per second of each figure over all runs. */
  Map<String, Double> best() {
    return Collections.unmodifiableMap(best);
  }

  /** Runs the command. */
  void run() {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          out.accept(line);
          JsonNode json = JSON.readTree(line);
          if (json.has("tokens_per_second")) {
            best.merge(
                json.path("what").asText(), json.path("tokens_per_second").asDouble(), Math::max);
          }
        }
      }
      if (process.waitFor() != 0) {
        throw new UserException("--peer: the command failed; run it by itself to see why");
      }
    } catch (IOException e) {
      throw new UserException("--peer: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
