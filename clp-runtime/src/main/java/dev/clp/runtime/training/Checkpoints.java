package dev.clp.runtime.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.Safetensors;
import dev.clp.runtime.store.AtomicFiles;
import dev.clp.runtime.store.Digests;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The checkpoints of one unit of training: a folder each, complete or absent.
 *
 * <p>A checkpoint is written under a draft's name, forced to disk and renamed, so a process killed
 * at any moment leaves the one before. Digests of its files tell a damaged one. Random streams are
 * derived from seed and step, so the step is all the random state there is.
 */
public final class Checkpoints {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "step-";
  private static final String PARAMETERS = "parameters.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String STATE = "state.json";
  private static final String DIGESTS = "sha256";

  private final Path folder;

  /**
   * What training continues from.
   *
   * @param step the number of steps that are done
   * @param seconds the wall-clock time that they took
   * @param parameters what is trained, by name
   * @param optimizer the optimizer's state, by name
   */
  public record Checkpoint(
      int step, double seconds, Map<String, NDArray> parameters, Map<String, NDArray> optimizer) {}

  /** Opens the checkpoints of a folder, which need not exist. */
  public Checkpoints(Path folder) {
    this.folder = folder;
  }

  /** Returns the last step that was saved, 0 if none. */
  public int lastStep() {
    return folders().stream().mapToInt(Checkpoints::step).max().orElse(0);
  }

  /**
   * Reads the newest checkpoint.
   *
   * @param manager owns the checkpoint's arrays
   */
  public Optional<Checkpoint> read(NDManager manager) {
    return newest()
        .map(
            path ->
                new Checkpoint(
                    step(path),
                    seconds(),
                    read(manager, path, PARAMETERS),
                    read(manager, path, OPTIMIZER)));
  }

  /**
   * Reads what a finished training left.
   *
   * @param manager owns the arrays
   * @param folder the folder of its checkpoints
   * @param steps the last step that the training was to take
   * @return the parameters by name, or nothing if the training did not come to its end
   */
  public static Optional<Map<String, NDArray>> trained(NDManager manager, Path folder, int steps) {
    Checkpoints checkpoints = new Checkpoints(folder);
    return checkpoints
        .newest()
        .filter(newest -> step(newest) >= steps)
        .map(newest -> read(manager, newest, PARAMETERS));
  }

  /** Returns the steps of training that the checkpoints of a folder cover. */
  public static int stepsDone(Path folder) {
    return new Checkpoints(folder).lastStep();
  }

  /** Returns the seconds of training up to a folder's newest checkpoint, 0 if there is none. */
  public static double seconds(Path folder) {
    return new Checkpoints(folder).seconds();
  }

  private double seconds() {
    return newest()
        .map(
            checkpoint -> {
              JsonNode seconds = state(checkpoint).path("seconds");
              if (!seconds.isNumber()) {
                throw damaged(checkpoint, null);
              }
              return seconds.asDouble();
            })
        .orElse(0.0);
  }

  /** Writes a checkpoint with the digests of its files, then deletes the older ones. */
  public void write(Checkpoint checkpoint) {
    AtomicFiles.writeFolder(
        folder.resolve(String.format(Locale.ROOT, "%s%08d", PREFIX, checkpoint.step())),
        draft -> {
          Safetensors.write(draft.resolve(PARAMETERS), checkpoint.parameters(), Map.of());
          Safetensors.write(draft.resolve(OPTIMIZER), checkpoint.optimizer(), Map.of());
          ObjectNode state =
              JSON.createObjectNode()
                  .put("step", checkpoint.step())
                  .put("seconds", checkpoint.seconds());
          state
              .putObject(DIGESTS)
              .put(PARAMETERS, Digests.sha256(draft.resolve(PARAMETERS)))
              .put(OPTIMIZER, Digests.sha256(draft.resolve(OPTIMIZER)));
          AtomicFiles.write(draft.resolve(STATE), state.toString());
        });
    deleteOlder();
  }

  /** Deletes all checkpoints but the newest: those that a killed process may have left. */
  public void deleteOlder() {
    int newest = lastStep();
    for (Path older : folders()) {
      if (step(older) < newest) {
        try {
          AtomicFiles.delete(older);
        } catch (IOException e) {
          throw FileErrors.writing(older, e);
        }
      }
    }
  }

  /**
   * Reads one file of a checkpoint, its digest compared where the checkpoint has one.
   *
   * @throws UserException if the file is not what was written
   */
  private static Map<String, NDArray> read(NDManager manager, Path checkpoint, String name) {
    Path file = checkpoint.resolve(name);
    JsonNode digest = state(checkpoint).path(DIGESTS).path(name);
    if (digest.isTextual() && !digest.asText().equals(Digests.sha256(file))) {
      throw new UserException(
          file
              + ": not what training wrote (its digest is not the one in "
              + STATE
              + "); restore it, or delete "
              + checkpoint
              + " to train again");
    }
    return Safetensors.open(file).read(manager);
  }

  private static JsonNode state(Path checkpoint) {
    Path state = checkpoint.resolve(STATE);
    try {
      return JSON.readTree(state.toFile());
    } catch (FileNotFoundException | JsonProcessingException e) {
      throw damaged(checkpoint, e);
    } catch (IOException e) {
      throw FileErrors.reading(state, e);
    }
  }

  private static UserException damaged(Path checkpoint, IOException cause) {
    return new UserException(
        checkpoint.resolve(STATE) + ": missing, torn or damaged; delete its folder to train again",
        cause);
  }

  private Optional<Path> newest() {
    return folders().stream().max(Comparator.comparing(Checkpoints::step));
  }

  private List<Path> folders() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.filter(path -> path.getFileName().toString().matches(PREFIX + "\\d+")).toList();
    } catch (IOException e) {
      throw FileErrors.reading(folder, e);
    }
  }

  private static int step(Path path) {
    return Integer.parseInt(path.getFileName().toString().substring(PREFIX.length()));
  }
}
