package dev.clp.runtime.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.clp.api.Sample;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.store.StoredNames;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Samples as JSON Lines. */
public final class SampleFile {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .addModule(new Jdk8Module())
          .addModule(new StoredNames())
          .build();

  private static final String SAMPLING_LOG_PROBABILITY = "samplingLogProbability";

  private SampleFile() {}

  /** Writes samples, a line each. */
  public static void write(OutputStream out, List<Sample> samples) throws IOException {
    for (Sample sample : samples) {
      out.write(JSON.writeValueAsBytes(sample));
      out.write('\n');
    }
  }

  /**
   * Reads samples.
   *
   * @param ofPolicy whether the responses were drawn from, or enumerated of, the policy itself;
   *     files written before rows said so do not tell
   * @throws UserException naming file and line if one is malformed
   */
  public static List<Sample> read(Path file, boolean ofPolicy) {
    List<Sample> samples = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!(JSON.readTree(line) instanceof ObjectNode row)) {
          throw malformed(file, samples.size() + 1, "it is not an object");
        }
        if (!row.has(SAMPLING_LOG_PROBABILITY)) {
          row.set(SAMPLING_LOG_PROBABILITY, ofPolicy ? row.get("logProbability") : null);
        }
        samples.add(JSON.treeToValue(row, Sample.class));
      }
    } catch (JsonProcessingException e) {
      throw malformed(file, samples.size() + 1, e.getOriginalMessage());
    } catch (CharacterCodingException e) {
      throw malformed(file, samples.size() + 1, "it is not text in UTF-8");
    } catch (IOException e) {
      throw FileErrors.reading(file, e);
    }
    return samples;
  }

  private static UserException malformed(Path file, int line, String found) {
    return new UserException(
        file
            + ":"
            + line
            + ": not a sample ("
            + found
            + "); delete the file and run 'clp resume' to sample again");
  }
}
