package dev.clp.runtime.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.store.AtomicFiles;
import dev.clp.runtime.store.StoredNames;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private static final ObjectMapper JSON =
      JsonMapper.builder().addModule(new Jdk8Module()).addModule(new StoredNames()).build();

  private final Path file;
  private final BufferedWriter writer;

  private EventLog(Path file, BufferedWriter writer) {
    this.file = file;
    this.writer = writer;
  }

  /** Opens a log for appending behind its first events; others and torn lines go. */
  static <E> EventLog resume(Path file, Class<E> type, int kept) {
    List<E> events = read(file, type).stream().limit(kept).toList();
    AtomicFiles.write(
        file,
        out -> {
          for (E event : events) {
            out.write((JSON.writeValueAsString(event) + "\n").getBytes(StandardCharsets.UTF_8));
          }
        });
    try {
      return new EventLog(file, Files.newBufferedWriter(file, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw FileErrors.writing(file, e);
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
      throw FileErrors.reading(file, e);
    }
    return events;
  }

  /** Appends an event. */
  public void append(Record event) {
    try {
      writer.write(JSON.writeValueAsString(event) + "\n");
      writer.flush();
    } catch (IOException e) {
      throw FileErrors.writing(file, e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw FileErrors.writing(file, e);
    }
  }
}
