package dev.clp.runtime.event;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.google.common.primitives.Bytes;
import dev.clp.api.RunEvent;
import dev.clp.api.RunListener;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.store.StoredNames;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a run's events as JSON Lines for people and tools: the event's name, then its components.
 *
 * <p>Nothing is read back from it: what resuming needs stands in the logs of units.
 */
public final class EventFile implements RunListener {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .addModule(new StoredNames())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private final Path file;
  private final BufferedWriter writer;

  private EventFile(Path file, BufferedWriter writer) {
    this.file = file;
    this.writer = writer;
  }

  /** Opens a file to append events to; a last line that was torn goes. */
  public static EventFile open(Path file) {
    try {
      cutTornLine(file);
      return new EventFile(
          file,
          Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw FileErrors.writing(file, e);
    }
  }

  /** Deletes a last line that a process could not finish, lest the next event join it. */
  private static void cutTornLine(Path file) throws IOException {
    if (Files.exists(file)) {
      byte[] bytes = Files.readAllBytes(file);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(Bytes.lastIndexOf(bytes, (byte) '\n') + 1L);
      }
    }
  }

  @Override
  public void on(RunEvent event) {
    ObjectNode line = JSON.createObjectNode().put("event", event.getClass().getSimpleName());
    line.setAll((ObjectNode) JSON.valueToTree(event));
    try {
      writer.write(line + "\n");
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
