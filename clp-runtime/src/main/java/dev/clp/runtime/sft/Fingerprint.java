package dev.clp.runtime.sft;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.clp.runtime.config.OptionsBinder;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.ModelFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
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

  public Fingerprint {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Keys without an effect on the parameters, and paths, whose content counts instead. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "model",
          "config",
          "tokenizer",
          "output",
          "checkpoint-every",
          "data.file",
          "data.validation-file");

  static Fingerprint of(FinetuningOptions options, ModelFolder start, Corpus.Split split) {
    Map<String, String> values = new TreeMap<>();
    OptionsBinder.render(options)
        .toConfig()
        .entrySet()
        .forEach(
            entry -> {
              if (!LEFT_OUT.contains(entry.getKey())) {
                values.put(entry.getKey(), entry.getValue().unwrapped().toString());
              }
            });
    values.put("architecture", start.describe().toString());
    values.put("training examples", digest(split.training()));
    values.put("validation examples", digest(split.validation()));
    return new Fingerprint(values);
  }

  void write(Path file) {
    try {
      JSON.writeValue(file.toFile(), values);
    } catch (IOException e) {
      throw new UserException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /**
   * Checks that a file holds this fingerprint.
   *
   * @throws UserException naming what differs
   */
  void check(Path file) {
    Map<String, String> found;
    try {
      found = JSON.readValue(Files.readAllBytes(file), new TypeReference<>() {});
    } catch (IOException e) {
      throw new UserException(
          file + ": cannot be read; delete the folder " + file.getParent() + " to start anew", e);
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

  private static String digest(Corpus corpus) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Corpus.Sequence sequence : corpus.sequences()) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * (sequence.tokens().length() + 2));
        bytes.putLong(sequence.tokens().length()).putLong(sequence.learned());
        for (long token : sequence.tokens().toArray()) {
          bytes.putLong(token);
        }
        digest.update(bytes.array());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
