package dev.clp.runtime.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.store.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a training was begun with, so that no other training continues from its checkpoints.
 *
 * @param values by the option's key; in place of paths, the content that was read from them
 */
public record Fingerprint(Map<String, String> values) {

  /** The fingerprint of a training that something else vouches for, such as a run's manifest. */
  public static final Fingerprint NONE = new Fingerprint(Map.of());

  private static final String FILE_NAME = "training.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public Fingerprint {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /** Returns the fingerprint without some values, where they are these. */
  public Fingerprint without(Map<String, String> usual) {
    Map<String, String> left = new TreeMap<>(values);
    usual.forEach(left::remove);
    return new Fingerprint(left);
  }

  /**
   * Leaves this fingerprint in a folder where training begins, and holds it against the one that is
   * there where training continues.
   *
   * @throws UserException naming what differs
   */
  void guard(Path folder, boolean isBegun) {
    if (values.isEmpty()) {
      return;
    }
    Path file = folder.resolve(FILE_NAME);
    if (isBegun) {
      check(file);
    } else {
      AtomicFiles.write(file, out -> out.write(JSON.writeValueAsBytes(values)));
    }
  }

  private void check(Path file) {
    Map<String, String> found;
    try {
      found = JSON.readValue(Files.readAllBytes(file), new TypeReference<>() {});
    } catch (NoSuchFileException | JsonProcessingException e) {
      throw new UserException(
          file + ": missing or damaged; delete the folder " + file.getParent() + " to start anew",
          e);
    } catch (IOException e) {
      throw FileErrors.reading(file, e);
    }
    Set<String> keys = new TreeSet<>(values.keySet());
    keys.addAll(found.keySet());
    String differences =
        keys.stream()
            .filter(key -> !Objects.equals(values.get(key), found.get(key)))
            .map(key -> key + " was " + found.get(key) + " and is now " + values.get(key))
            .collect(Collectors.joining("; "));
    if (!differences.isEmpty()) {
      throw new UserException(
          file.getParent()
              + ": holds the checkpoint of another training: "
              + differences
              + ". Undo that to continue, delete the folder to start anew, or choose another"
              + " output");
    }
  }
}
