package dev.clp.runtime.experiment;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.clp.api.Calibration;
import dev.clp.api.PolicyCost;
import dev.clp.api.Sample;
import dev.clp.api.Weighting;
import dev.clp.runtime.config.UserException;
import dev.clp.runtime.evaluate.SampleFile;
import dev.clp.runtime.train.EventLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder of a run and where everything in it stands.
 *
 * @param path the folder
 */
public record RunFolder(Path path) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Creates the folder of a new run. */
  static RunFolder create(Path path) {
    try {
      if (Files.isDirectory(path)) {
        try (Stream<Path> content = Files.list(path)) {
          if (content.findAny().isPresent()) {
            throw new UserException(
                path
                    + ": already holds files; continue that run with 'clp resume "
                    + path
                    + "', or choose another folder with --output");
          }
        }
      }
      Files.createDirectories(path);
      return new RunFolder(path);
    } catch (IOException e) {
      throw new UserException(path + ": cannot be created: " + e.getMessage());
    }
  }

  /** Opens the folder of a run that was begun. */
  public static RunFolder open(Path path) {
    RunFolder folder = new RunFolder(path);
    if (!Files.isRegularFile(folder.experiment()) || !Files.isRegularFile(folder.manifestFile())) {
      throw new UserException(
          path + ": not the folder of a run; it would hold experiment.json and manifest.json");
    }
    return folder;
  }

  /** Returns the resolved experiment, every default and path written out. */
  public Path experiment() {
    return path.resolve("experiment.json");
  }

  /** Returns the folder of an expert's training. */
  Path expert(Weighting weighting, long seed) {
    String key =
        weighting.weights().stream().map(String::valueOf).collect(Collectors.joining("_"))
            + "_kl_"
            + weighting.kl();
    return path.resolve("experts").resolve(key).resolve("seed-" + seed);
  }

  /** Returns the folder of a policy's training. */
  public Path policy(String name, long seed) {
    return path.resolve("policies").resolve(name).resolve("seed-" + seed);
  }

  /** Returns the event log of every expert's and policy's training, in order. */
  List<Path> eventLogs() {
    try (Stream<Path> files = Files.walk(path, 4)) {
      return files
          .filter(file -> file.getFileName().toString().equals(EventLog.FILE_NAME))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the samples of a policy. */
  Path samples(String policy, long seed) {
    return path.resolve("samples").resolve(policy).resolve("seed-" + seed + ".jsonl");
  }

  /** Returns where components keep what is costly to get again; it need not exist. */
  Path storage() {
    return path.resolve("storage");
  }

  /** Returns the figures that evaluators computed. */
  public Path metrics() {
    return path.resolve("metrics.json");
  }

  /** Returns the report. */
  public Path report() {
    return path.resolve("report.html");
  }

  Path manifestFile() {
    return path.resolve("manifest.json");
  }

  private Path calibrationFile() {
    return path.resolve("calibration.json");
  }

  private Path calibrationSamplesFile() {
    return path.resolve("calibration.jsonl");
  }

  private Path costsFile() {
    return path.resolve("costs.json");
  }

  boolean isCalibrated() {
    return Files.exists(calibrationFile());
  }

  /** Returns the rewards' distributions under the reference, in the order of the objectives. */
  public List<Calibration> calibration() {
    return read(calibrationFile(), new TypeReference<>() {});
  }

  /**
   * Returns the reference's responses that the calibration is of; none in a run that was begun
   * before they were kept.
   */
  List<Sample> calibrationSamples() {
    return Files.exists(calibrationSamplesFile())
        ? SampleFile.read(calibrationSamplesFile(), true)
        : List.of();
  }

  void writeCalibrationSamples(List<Sample> samples) {
    SampleFile.write(calibrationSamplesFile(), samples);
  }

  void writeCalibration(List<Calibration> calibration) {
    write(calibrationFile(), calibration);
  }

  /** Returns what the policies cost, by name; empty before they are measured. */
  public Map<String, PolicyCost> costs() {
    return Files.exists(costsFile()) ? read(costsFile(), new TypeReference<>() {}) : Map.of();
  }

  void writeCosts(Map<String, PolicyCost> costs) {
    write(costsFile(), new TreeMap<>(costs));
  }

  /** Returns what the run was begun with. */
  public Manifest manifest() {
    return read(manifestFile(), new TypeReference<>() {});
  }

  void writeManifest(Manifest manifest) {
    write(manifestFile(), manifest);
  }

  void writeMetrics(Map<String, Double> metrics) {
    write(metrics(), new TreeMap<>(metrics));
  }

  private static <T> T read(Path file, TypeReference<T> type) {
    try {
      return JSON.readValue(file.toFile(), type);
    } catch (IOException e) {
      throw new UserException(
          file + ": cannot be read (" + e.getMessage() + "); was the run interrupted or edited?");
    }
  }

  private static void write(Path file, Object value) {
    try {
      replace(file, JSON.writeValueAsString(value) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file so that it is complete or absent. */
  static void replace(Path file, String content) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    Files.writeString(draft, content);
    Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
