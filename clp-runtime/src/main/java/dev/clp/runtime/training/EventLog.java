package dev.clp.runtime.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The events of one unit of training as JSON Lines, in step with its checkpoints.
 *
 * <p>An event is a record that Jackson reads back.
 */
public final class EventLog implements AutoCloseable {

  /** The name of the log in a unit's folder. */
  public static final String FILE_NAME = "events.jsonl";

  private static final ObjectMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();

  private final BufferedWriter writer;

  private EventLog(BufferedWriter writer) {
    this.writer = writer;
  }

  /** Opens a log for appending behind its first events; others and torn lines go. */
  static <E> EventLog resume(Path file, Class<E> type, int kept) {
    try {
      Files.createDirectories(file.getParent());
      Path draft = file.resolveSibling(file.getFileName() + ".draft");
      try (BufferedWriter writer = Files.newBufferedWriter(draft)) {
        for (E event : read(file, type).stream().limit(kept).toList()) {
          writer.write(JSON.writeValueAsString(event) + "\n");
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
    return read(file, StepReport.class);
  }

  /** Reads the events of a log; a last line that was torn by a crash is passed over. */
  public static <E> List<E> read(Path file, Class<E> type) {
    List<E> events = new ArrayList<>();
    if (!Files.exists(file)) {
      return events;
    }
    try {
      // Decoded leniently, for a line may be torn inside a character.
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      for (String line : text.lines().toList()) {
        events.add(JSON.readValue(line, type));
      }
    } catch (JsonProcessingException torn) {
      return events;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return events;
  }

  /** Appends an event. */
  public void append(Record event) {
    try {
      writer.write(JSON.writeValueAsString(event) + "\n");
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
