package dev.clp.runtime.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import com.google.common.hash.HashingOutputStream;
import dev.clp.api.Calibration;
import dev.clp.api.PolicyCost;
import dev.clp.api.Sample;
import dev.clp.api.Weighting;
import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.evaluate.SampleFile;
import dev.clp.runtime.report.ReportData.NamedEvaluation;
import dev.clp.runtime.store.AtomicFiles;
import dev.clp.runtime.store.AtomicFiles.FileContent;
import dev.clp.runtime.store.Digests;
import dev.clp.runtime.store.FolderStore;
import dev.clp.runtime.store.RunStore;
import dev.clp.runtime.store.StoredNames;
import dev.clp.runtime.training.Checkpoints;
import dev.clp.runtime.training.EventLog;
import dev.clp.runtime.training.StepReport;
import dev.clp.runtime.unit.Unit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The results of a run, by what they are.
 *
 * @param store keeps them
 */
public record RunFolder(RunStore store) {

  private static final String CALIBRATION = "calibration.json";
  private static final String CALIBRATION_SAMPLES = "calibration.jsonl";
  private static final String COSTS = "costs.json";
  private static final String DIGEST = ".sha256";
  private static final String EXPERIMENT = "experiment.json";
  private static final String EVALUATIONS = "evaluations.json";
  static final String MANIFEST = "manifest.json";
  private static final String METRICS = "metrics.json";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new StoredNames())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** Opens a folder of this machine, whatever is in it. */
  static RunFolder of(Path path) {
    return new RunFolder(new FolderStore(path));
  }

  /**
   * Creates the folder of a new run.
   *
   * @throws UserException if it already holds files, or cannot be created
   */
  static RunFolder create(Path path) {
    try {
      if (Files.isDirectory(path)) {
        try (Stream<Path> content = Files.list(path)) {
          if (content.anyMatch(file -> !isLeftOfBeginning(file))) {
            throw new UserException(
                path
                    + ": already holds files; continue that run with 'clp resume "
                    + path
                    + "', or choose another folder with --output");
          }
        }
      }
      Files.createDirectories(path);
      return of(path);
    } catch (IOException e) {
      throw FileErrors.writing(path, e);
    }
  }

  /** A process that was killed when it wrote the first files has left no run. */
  private static boolean isLeftOfBeginning(Path file) {
    String name = file.getFileName().toString();
    return name.equals(EXPERIMENT + AtomicFiles.DRAFT) || name.equals(MANIFEST + AtomicFiles.DRAFT);
  }

  /** Deletes what little a run that could not begin has left. */
  void abandon() {
    store.delete(EXPERIMENT);
    store.delete(MANIFEST);
  }

  /** Opens the folder of a run that was begun. */
  public static RunFolder open(Path path) {
    RunFolder folder = of(path);
    if (!folder.store.contains(EXPERIMENT) || !folder.store.contains(MANIFEST)) {
      throw new UserException(
          path
              + ": not the folder of a run, which would hold experiment.json and manifest.json; begin"
              + " one there with 'clp run EXPERIMENT --output "
              + path
              + "'");
    }
    return folder;
  }

  /** Returns the folder on this machine. */
  public Path path() {
    return store.workspace("");
  }

  /** Returns the resolved experiment, every default and path written out. */
  public Path experiment() {
    return store.workspace(EXPERIMENT);
  }

  void writeExperiment(String json) {
    store.put(EXPERIMENT, out -> out.write((json + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  /** Returns what the run calls an expert: the folder of its training, without the seed. */
  static String expertName(Weighting weighting) {
    return "experts/"
        + weighting.weights().stream().map(String::valueOf).collect(Collectors.joining("_"))
        + "_kl_"
        + weighting.klCoefficient();
  }

  /** Returns the folder of an expert's training. */
  Path expert(Weighting weighting, long seed) {
    return store.workspace(expertName(weighting, seed));
  }

  /** Stores what a unit of training left in its folder. */
  void commit(Path training) {
    store.commit(name(training));
  }

  /** Deletes what a unit of training left. */
  void delete(Path training) {
    store.delete(name(training));
  }

  private String name(Path training) {
    return path().relativize(training).toString().replace('\\', '/');
  }

  /** Returns the folder of a policy's training. */
  public Path policy(String name, long seed) {
    return store.workspace(policyName(name, seed));
  }

  private static String expertName(Weighting weighting, long seed) {
    return expertName(weighting) + "/seed-" + seed;
  }

  private static String policyName(String name, long seed) {
    return "policies/" + name + "/seed-" + seed;
  }

  /** Returns the steps that an expert's checkpoints cover. */
  int stepsDone(Weighting weighting, long seed) {
    return Checkpoints.stepsDone(expert(weighting, seed));
  }

  /** Returns the steps that a policy's checkpoints cover. */
  int stepsDone(String policy, long seed) {
    return Checkpoints.stepsDone(policy(policy, seed));
  }

  /** Returns the seconds that an expert's training took. */
  double trainingSeconds(Weighting weighting, long seed) {
    return Checkpoints.seconds(expert(weighting, seed));
  }

  /** Returns the seconds that a policy's training took. */
  double trainingSeconds(String policy, long seed) {
    return Checkpoints.seconds(policy(policy, seed));
  }

  /** Returns the step log of every expert's and policy's training, in order. */
  List<Path> eventLogs() {
    return Stream.of("experts", "policies")
        .flatMap(folder -> store.list(folder).stream())
        .filter(name -> name.endsWith("/" + EventLog.FILE_NAME))
        .map(store::get)
        .toList();
  }

  /**
   * Returns the steps that a unit's checkpoints cover, from the first; none if it trains nothing.
   */
  List<StepReport> trainingLog(Unit unit) {
    return training(unit)
        .map(
            training ->
                EventLog.read(training.resolve(EventLog.FILE_NAME)).stream()
                    .limit(Checkpoints.stepsDone(training))
                    .toList())
        .orElse(List.of());
  }

  /** Deletes what a killed process left of a unit that is done. */
  void tidy(Unit unit) {
    training(unit).ifPresent(training -> new Checkpoints(training).deleteOlder());
  }

  private Optional<Path> training(Unit unit) {
    if (unit instanceof Unit.TrainExpert expert) {
      return Optional.of(expert(expert.weighting(), expert.seed()));
    } else if (unit instanceof Unit.TrainPolicy policy) {
      return Optional.of(policy(policy.policy(), policy.seed()));
    }
    return Optional.empty();
  }

  /** Returns the file to which the run's events are appended. */
  Path events() {
    return store.workspace("events.jsonl");
  }

  /** Returns the samples of a policy. */
  Path samples(String policy, long seed) {
    return store.workspace(samplesName(policy, seed));
  }

  boolean isSampled(String policy, long seed) {
    return store.contains(samplesName(policy, seed));
  }

  void writeSamples(String policy, long seed, List<Sample> samples) {
    putDigested(samplesName(policy, seed), out -> SampleFile.write(out, samples));
  }

  /** Reads the samples of a policy. */
  List<Sample> readSamples(String policy, long seed, boolean ofPolicy) {
    return SampleFile.read(getDigested(samplesName(policy, seed)), ofPolicy);
  }

  private static String samplesName(String policy, long seed) {
    return "samples/" + policy + "/seed-" + seed + ".jsonl";
  }

  /** Returns where components keep what is costly to get again; it need not exist. */
  Path storage() {
    return store.workspace("storage");
  }

  /** Returns the figures that evaluators computed. */
  public Path metrics() {
    return store.workspace(METRICS);
  }

  /** Returns the report. */
  public Path report() {
    return store.workspace("report.html");
  }

  /** Returns whether the rewards were measured under the reference. */
  public boolean isCalibrated() {
    return store.contains(CALIBRATION);
  }

  /** Returns the rewards' distributions under the reference, in the order of the objectives. */
  public List<Calibration> calibration() {
    getDigested(CALIBRATION);
    return read(CALIBRATION, new TypeReference<>() {});
  }

  /**
   * Returns the reference's responses that the calibration is of; none in a run that was begun
   * before they were kept.
   */
  List<Sample> calibrationSamples() {
    return store.contains(CALIBRATION_SAMPLES)
        ? SampleFile.read(getDigested(CALIBRATION_SAMPLES), true)
        : List.of();
  }

  void writeCalibrationSamples(List<Sample> samples) {
    putDigested(CALIBRATION_SAMPLES, out -> SampleFile.write(out, samples));
  }

  void writeCalibration(List<Calibration> calibration) {
    putDigested(CALIBRATION, out -> out.write(json(calibration)));
  }

  /** Returns what the policies cost, by name; empty before they are measured. */
  public Map<String, PolicyCost> costs() {
    return store.contains(COSTS) ? read(COSTS, new TypeReference<>() {}) : Map.of();
  }

  void writeCosts(Map<String, PolicyCost> costs) {
    write(COSTS, new TreeMap<>(costs));
  }

  /** Returns what the run was begun with. */
  public Manifest manifest() {
    return read(MANIFEST, new TypeReference<>() {});
  }

  void writeManifest(Manifest manifest) {
    write(MANIFEST, manifest);
  }

  void writeMetrics(Map<String, Double> metrics) {
    write(METRICS, new TreeMap<>(metrics));
  }

  /** Returns what the evaluators found, by their names in order. */
  public List<NamedEvaluation> evaluations() {
    return read(EVALUATIONS, new TypeReference<>() {});
  }

  void writeEvaluations(List<NamedEvaluation> evaluations) {
    write(EVALUATIONS, evaluations);
  }

  /** Stores a result and, beside it, its digest in the format of {@code sha256sum}. */
  private void putDigested(String name, FileContent content) {
    HashCode[] digest = new HashCode[1];
    // The old digest must not stand beside the new content, should this be interrupted.
    store.delete(name + DIGEST);
    store.put(
        name,
        out -> {
          HashingOutputStream hashing = new HashingOutputStream(Hashing.sha256(), out);
          content.writeTo(hashing);
          digest[0] = hashing.hash();
        });
    String file = name.substring(name.lastIndexOf('/') + 1);
    store.put(
        name + DIGEST,
        out -> out.write((digest[0] + "  " + file + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Returns a result, its digest compared where there is one.
   *
   * @throws UserException if it is not what was written
   */
  private Path getDigested(String name) {
    Path file = store.get(name);
    if (store.contains(name + DIGEST)) {
      Path digest = store.get(name + DIGEST);
      try {
        if (!Files.readString(digest).startsWith(Digests.sha256(file))) {
          throw new UserException(
              file
                  + ": not what the run wrote (its digest is not the one in "
                  + digest
                  + "); restore it, or delete both and run 'clp resume' to make it anew");
        }
      } catch (IOException e) {
        throw FileErrors.reading(digest, e);
      }
    }
    return file;
  }

  private <T> T read(String name, TypeReference<T> type) {
    Path file = store.get(name);
    try {
      return JSON.readValue(file.toFile(), type);
    } catch (JsonProcessingException e) {
      throw new UserException(
          file
              + ": damaged or edited ("
              + e.getOriginalMessage()
              + "); restore it from a copy, or begin a new run",
          e);
    } catch (IOException e) {
      throw FileErrors.reading(file, e);
    }
  }

  private static byte[] json(Object value) throws IOException {
    return (JSON.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private void write(String name, Object value) {
    store.put(name, out -> out.write(json(value)));
  }
}
