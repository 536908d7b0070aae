package dev.clp.runtime.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The steps of one unit of training as JSON Lines, in step with its checkpoints. */
public final class EventLog implements AutoCloseable {

  /** The name of the log in a unit's folder. */
  public static final String FILE_NAME = "events.jsonl";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final BufferedWriter writer;

  private EventLog(BufferedWriter writer) {
    this.writer = writer;
  }

  /** Opens a log for appending after {@code lastStep}; later and torn lines are dropped. */
  static EventLog resume(Path file, int lastStep) {
    try {
      Files.createDirectories(file.getParent());
      Path draft = file.resolveSibling(file.getFileName() + ".draft");
      try (BufferedWriter kept = Files.newBufferedWriter(draft)) {
        for (StepReport report : read(file)) {
          if (report.step() <= lastStep) {
            kept.write(JSON.writeValueAsString(report) + "\n");
          }
        }
      }
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
      return new EventLog(Files.newBufferedWriter(file, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the steps of a log; a last line that was torn by a crash is passed over. */
  public static List<StepReport> read(Path file) {
    List<StepReport> reports = new ArrayList<>();
    if (!Files.exists(file)) {
      return reports;
    }
    try {
      for (String line : Files.readAllLines(file)) {
        reports.add(JSON.readValue(line, StepReport.class));
      }
    } catch (JsonProcessingException torn) {
      return reports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return reports;
  }

  /** Appends a step. */
  void append(StepReport report) {
    try {
      writer.write(JSON.writeValueAsString(report) + "\n");
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
