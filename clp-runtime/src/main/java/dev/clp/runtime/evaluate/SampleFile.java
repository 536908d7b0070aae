package dev.clp.runtime.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.api.Sample;
import dev.clp.runtime.config.UserException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Samples as JSON Lines. */
public final class SampleFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private SampleFile() {}

  /** Writes samples so that the file is complete or absent. */
  public static void write(Path file, List<Sample> samples) {
    try {
      Files.createDirectories(file.getParent());
      Path draft = file.resolveSibling(file.getFileName() + ".draft");
      try (BufferedWriter writer = Files.newBufferedWriter(draft)) {
        for (Sample sample : samples) {
          writer.write(JSON.writeValueAsString(sample));
          writer.newLine();
        }
      }
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads samples.
   *
   * @throws UserException naming file and line if one is malformed
   */
  public static List<Sample> read(Path file) {
    List<Sample> samples = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        samples.add(JSON.readValue(line, Sample.class));
      }
    } catch (JsonProcessingException e) {
      throw new UserException(
          file
              + ":"
              + (samples.size() + 1)
              + ": not a sample ("
              + e.getOriginalMessage()
              + "); delete the file and run 'clp resume' to sample again");
    } catch (IOException e) {
      throw new UserException(
          file + ": cannot be read; run 'clp resume' to finish the run: " + e.getMessage());
    }
    return samples;
  }
}
