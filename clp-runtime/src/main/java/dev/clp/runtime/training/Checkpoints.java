package dev.clp.runtime.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.model.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
 * at any moment leaves the one before. Random streams are derived from seed and step, so the step
 * is all the random state there is.
 */
public final class Checkpoints {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "step-";
  private static final String DRAFT = ".draft";
  private static final String PARAMETERS = "parameters.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String STATE = "state.json";

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
                    Safetensors.open(path.resolve(PARAMETERS)).read(manager),
                    Safetensors.open(path.resolve(OPTIMIZER)).read(manager)));
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
        .map(newest -> Safetensors.open(newest.resolve(PARAMETERS)).read(manager));
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
            path -> {
              Path state = path.resolve(STATE);
              try {
                return JSON.readTree(state.toFile()).required("seconds").asDouble();
              } catch (IOException | IllegalArgumentException e) {
                throw new UserException(
                    state + ": missing, torn or damaged; delete its folder to train again", e);
              }
            })
        .orElse(0.0);
  }

  /** Writes a checkpoint, then deletes the older ones. */
  public void write(Checkpoint checkpoint) {
    try {
      Path complete =
          folder.resolve(String.format(Locale.ROOT, "%s%08d", PREFIX, checkpoint.step()));
      Path draft = folder.resolve(complete.getFileName() + DRAFT);
      delete(draft);
      Files.createDirectories(draft);
      Safetensors.write(draft.resolve(PARAMETERS), checkpoint.parameters(), Map.of());
      Safetensors.write(draft.resolve(OPTIMIZER), checkpoint.optimizer(), Map.of());
      Files.writeString(
          draft.resolve(STATE),
          JSON.createObjectNode()
              .put("step", checkpoint.step())
              .put("seconds", checkpoint.seconds())
              .toString(),
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE,
          StandardOpenOption.SYNC);
      Files.move(draft, complete, StandardCopyOption.ATOMIC_MOVE);
      for (Path older : folders()) {
        if (step(older) < checkpoint.step()) {
          delete(older);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
      throw new UncheckedIOException(e);
    }
  }

  private static int step(Path path) {
    return Integer.parseInt(path.getFileName().toString().substring(PREFIX.length()));
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(path)) {
      for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
