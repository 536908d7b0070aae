package dev.clp.runtime.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The tensors of a folder: in {@code model.safetensors}, or in the shards that {@code
 * model.safetensors.index.json} names.
 *
 * @param folder where they are
 * @param required the names and shapes that the folder's {@code config.json} asks for
 * @param optional names and shapes of what is read too, if it is there
 * @param ignored whether a tensor of another name may be there; it is passed over
 */
public record CheckpointTensors(
    Path folder,
    Map<String, Shape> required,
    Map<String, Shape> optional,
    Predicate<String> ignored) {

  static final String FILE = "model.safetensors";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REMEDY = "; use the config.json that belongs to the checkpoint";

  /**
   * Reads the tensors.
   *
   * @param manager owns the arrays
   * @return the arrays in the order of the required shapes, then of the optional ones
   * @throws UserException naming file, tensor and remedy if anything is missing, does not fit or is
   *     not finite
   */
  public Map<String, NDArray> read(NDManager manager) {
    Map<String, NDArray> found = new LinkedHashMap<>();
    for (Path file : files(folder)) {
      Safetensors tensors = Safetensors.open(file);
      Set<String> needed = needed(file, tensors, found.keySet());
      tensors
          .read(manager)
          .forEach(
              (name, array) -> {
                if (needed.contains(name)) {
                  requireFinite(file, name, array);
                  found.put(name, array);
                } else {
                  array.close();
                }
              });
    }
    requireAll(found.keySet());
    Map<String, NDArray> ordered = new LinkedHashMap<>();
    required.keySet().forEach(name -> ordered.put(name, found.get(name)));
    optional.keySet().stream()
        .filter(found::containsKey)
        .forEach(name -> ordered.put(name, found.get(name)));
    return ordered;
  }

  /**
   * Checks the tensors as {@link #read} does, from the files' headers alone.
   *
   * @throws UserException as {@link #read} does
   */
  public void check() {
    Set<String> found = new LinkedHashSet<>();
    for (Path file : files(folder)) {
      found.addAll(needed(file, Safetensors.open(file), found));
    }
    requireAll(found);
  }

  private void requireAll(Set<String> found) {
    Set<String> missing = new LinkedHashSet<>(required.keySet());
    missing.removeAll(found);
    if (!missing.isEmpty()) {
      throw new UserException(
          folder
              + ": the checkpoint lacks the tensors "
              + missing
              + " that its config.json asks for; fetch the complete checkpoint");
    }
  }

  /** Checks the tensors of a file, and returns the names of those that are needed. */
  private Set<String> needed(Path file, Safetensors tensors, Set<String> earlier) {
    Set<String> needed = new LinkedHashSet<>();
    tensors
        .integers()
        .forEach(
            (name, type) -> {
              if (required.containsKey(name) || optional.containsKey(name)) {
                throw new UserException(
                    file
                        + ": tensor '"
                        + name
                        + "' has the data type "
                        + type
                        + "; convert the checkpoint to F32, F16 or BF16");
              }
            });
    tensors
        .shapes()
        .forEach(
            (name, shape) -> {
              if (isNeeded(file, name, shape, earlier)) {
                needed.add(name);
              }
            });
    return needed;
  }

  private boolean isNeeded(Path file, String name, Shape shape, Set<String> earlier) {
    String tensor = file + ": tensor '" + name + "' ";
    if (earlier.contains(name)) {
      throw new UserException(tensor + "stands in another shard too; fetch the checkpoint again");
    }
    Shape expected = required.getOrDefault(name, optional.get(name));
    if (expected == null) {
      if (ignored.test(name)) {
        return false;
      }
      throw new UserException(tensor + "is not part of a model with this config.json" + REMEDY);
    }
    if (!expected.equals(shape)) {
      throw new UserException(
          tensor + "has the shape " + shape + ", but config.json asks for " + expected + REMEDY);
    }
    return true;
  }

  private static void requireFinite(Path file, String name, NDArray array) {
    // Both extremes are NaN if any value is.
    try (NDArray least = array.min();
        NDArray greatest = array.max()) {
      if (!Float.isFinite(least.getFloat()) || !Float.isFinite(greatest.getFloat())) {
        throw new UserException(
            file
                + ": tensor '"
                + name
                + "' holds values that are not finite, as a failed merge or an overflow of half"
                + " precision leaves them; make or fetch the checkpoint again");
      }
    }
  }

  /** Returns the files that hold a folder's tensors. */
  static Set<Path> files(Path folder) {
    if (Files.isRegularFile(folder.resolve(FILE))) {
      return Set.of(folder.resolve(FILE));
    }
    Path index = folder.resolve(FILE + ".index.json");
    if (!Files.isRegularFile(index)) {
      throw new UserException(
          folder
              + ": neither model.safetensors nor model.safetensors.index.json is there; save the"
              + " checkpoint in the safetensors format");
    }
    try {
      JsonNode map = JSON.readTree(Files.readAllBytes(index)).path("weight_map");
      Path inside = folder.toAbsolutePath().normalize();
      Set<Path> files = new TreeSet<>();
      for (JsonNode name : map) {
        Path file = folder.resolve(name.asText());
        if (!file.toAbsolutePath().normalize().startsWith(inside) || !Files.isRegularFile(file)) {
          throw new UserException(
              index
                  + ": names the shard '"
                  + name.asText()
                  + "', which is not in the folder; fetch it");
        }
        files.add(file);
      }
      if (files.isEmpty()) {
        throw new UserException(index + ": its weight_map names no shard; fetch the index again");
      }
      return files;
    } catch (JsonProcessingException e) {
      throw new UserException(index + ": not readable as JSON (" + e.getMessage() + ")");
    } catch (IOException e) {
      throw FileErrors.reading(index, e);
    }
  }
}
