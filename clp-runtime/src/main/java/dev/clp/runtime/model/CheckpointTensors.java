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
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tensors of a folder: in {@code model.safetensors}, or in the shards that {@code
 * model.safetensors.index.json} names.
 *
 * @param folder where they are
 * @param required the names and shapes that the folder's {@code config.json} asks for
 * @param optional names and shapes of what is read too, if it is there
 * @param names how stored names become those of the parameters
 */
public record CheckpointTensors(
    Path folder, Map<String, Shape> required, Map<String, Shape> optional, CheckpointNames names) {

  static final String FILE = "model.safetensors";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REMEDY = "; use the config.json that belongs to the checkpoint";
  private static final int NAMED = 5;

  /** A tensor in a file. */
  private record Stored(Safetensors file, String name) {

    NDArray read(NDManager manager) {
      return file.read(manager, name);
    }

    @Override
    public String toString() {
      return file.file() + ": tensor '" + name + "' ";
    }
  }

  /** The tensors by parameter and by copy of a parameter, and the names of those left unread. */
  private record Located(
      Map<String, Stored> parameters, Map<String, Stored> copies, Set<String> unread) {}

  /**
   * Reads the tensors, one after another.
   *
   * @param manager owns the arrays
   * @return the arrays in the order of the required shapes, then of the optional ones
   * @throws UserException naming file, tensor and remedy if anything is missing, does not fit or is
   *     not finite
   */
  public Map<String, NDArray> read(NDManager manager) {
    Located located = locate();
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    known().keySet().stream()
        .filter(located.parameters()::containsKey)
        .forEach(
            name -> {
              Stored stored = located.parameters().get(name);
              NDArray array = stored.read(manager);
              arrays.put(name, array);
              requireFinite(stored, array);
            });
    located
        .copies()
        .forEach(
            (name, stored) -> requireCopy(manager, stored, arrays.get(names.copies().get(name))));
    return arrays;
  }

  /**
   * Checks the tensors as {@link #read} does, from the files' headers alone.
   *
   * @return what will be left unread, in one sentence; none if everything is read
   * @throws UserException as {@link #read} does
   */
  public List<String> check() {
    Set<String> unread = locate().unread();
    if (unread.isEmpty()) {
      return List.of();
    }
    // The layers have the same tensors, so their numbers say nothing.
    List<String> kinds =
        unread.stream().map(name -> name.replaceAll("\\.\\d+\\.", ".*.")).distinct().toList();
    return List.of(
        folder + ": tensors that are no parameters of this model are left unread: " + some(kinds));
  }

  private Located locate() {
    Map<String, Shape> known = known();
    Located located =
        new Located(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashSet<>());
    for (Path path : files(folder)) {
      Safetensors file = Safetensors.open(path);
      Map<String, String> unreadable = file.unreadable();
      file.shapes()
          .forEach(
              (name, shape) ->
                  locate(located, new Stored(file, name), shape, unreadable.get(name), known));
    }
    // Where a shared parameter is stored as its copy alone, the copy is the parameter.
    names
        .copies()
        .forEach(
            (copy, name) -> {
              Stored stored = located.copies().get(copy);
              if (stored != null && located.parameters().putIfAbsent(name, stored) == null) {
                located.copies().remove(copy);
              }
            });
    requireAll(located);
    return located;
  }

  /** Finds the place of one tensor, whose data type is given if it cannot be read. */
  private void locate(
      Located located, Stored stored, Shape shape, String unreadable, Map<String, Shape> known) {
    String name = names.of(stored.name(), known.keySet()).orElse(null);
    if (name == null) {
      Unsupported.refuse(stored.file().file(), stored.name());
      if (unreadable == null && !names.isForeign(stored.name(), known.keySet())) {
        throw new UserException(stored + "is not part of a model with this config.json" + REMEDY);
      }
      located.unread().add(stored.name());
      return;
    }
    if (unreadable != null) {
      throw new UserException(
          stored
              + "has the data type "
              + unreadable
              + "; convert the checkpoint to F32, F16 or BF16");
    }
    boolean isCopy = !known.containsKey(name);
    Shape expected = known.get(isCopy ? names.copies().get(name) : name);
    if (!expected.equals(shape)) {
      throw new UserException(
          stored + "has the shape " + shape + ", but config.json asks for " + expected + REMEDY);
    }
    Stored earlier = (isCopy ? located.copies() : located.parameters()).put(name, stored);
    if (earlier != null) {
      throw new UserException(
          stored
              + (earlier.name().equals(stored.name())
                  ? "stands in another shard too"
                  : "is the same parameter as '" + earlier.name() + "'")
              + "; fetch the checkpoint again");
    }
  }

  private void requireAll(Located located) {
    Set<String> missing = new LinkedHashSet<>(required.keySet());
    missing.removeAll(located.parameters().keySet());
    if (!missing.isEmpty()) {
      throw new UserException(
          folder
              + ": the checkpoint lacks the tensors "
              + some(missing)
              + " that its config.json asks for"
              + (located.unread().isEmpty()
                  ? ""
                  : ", but holds " + some(located.unread()) + " that it does not ask for")
              + "; fetch the complete checkpoint");
    }
  }

  private Map<String, Shape> known() {
    Map<String, Shape> known = new LinkedHashMap<>(required);
    known.putAll(optional);
    return known;
  }

  /** Returns the first of some names, and how many more there are. */
  private static String some(Collection<String> names) {
    Stream<String> more =
        Stream.of("and " + (names.size() - NAMED) + " more").filter(text -> names.size() > NAMED);
    return Stream.concat(names.stream().limit(NAMED), more)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static void requireCopy(NDManager manager, Stored stored, NDArray parameter) {
    try (NDArray copy = stored.read(manager)) {
      if (!copy.contentEquals(parameter)) {
        throw new UserException(
            stored
                + "differs from the shared embedding that it should repeat; fetch the checkpoint"
                + " again, or leave that tensor out of it");
      }
    }
  }

  private static void requireFinite(Stored stored, NDArray array) {
    if (array.size() == 0) {
      return;
    }
    // Both extremes are NaN if any value is.
    try (NDArray least = array.min();
        NDArray greatest = array.max()) {
      if (!Float.isFinite(least.getFloat()) || !Float.isFinite(greatest.getFloat())) {
        throw new UserException(
            stored
                + "holds values that are not finite, as a failed merge or an overflow of half"
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
      throw new UserException(
          index + ": not readable as JSON (" + e.getOriginalMessage() + "); fetch the index again");
    } catch (IOException e) {
      throw FileErrors.reading(index, e);
    }
  }
}
