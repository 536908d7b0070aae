package dev.clp.runtime.experiment;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a run was begun with.
 *
 * @param format the layout of the run's folder
 * @param created when, in ISO 8601
 * @param java the Java version
 * @param engine the engine's version
 * @param threads the engine's threads per worker; a resumed run must use as many
 * @param modelSha256 the digest of the reference's weights
 * @param components the components that the experiment uses and where they came from
 * @param experimentSha256 the digest of the resolved experiment; absent in runs begun before it was
 *     kept
 * @param inputs the digest of every file that decides the run's bits, by its path; empty in runs
 *     begun before they were kept
 */
public record Manifest(
    int format,
    String created,
    String java,
    String engine,
    int threads,
    String modelSha256,
    List<Component> components,
    Optional<String> experimentSha256,
    Map<String, String> inputs) {

  /** The layout that this version writes. */
  public static final int FORMAT = 1;

  public Manifest {
    components = List.copyOf(components);
    experimentSha256 = experimentSha256 == null ? Optional.empty() : experimentSha256;
    inputs = inputs == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(inputs));
  }

  /**
   * A component in use.
   *
   * @param kind the contract's simple name
   * @param name the component's name
   * @param source the file name of its JAR, or of its folder of classes
   * @param version the JAR's version, or {@code unknown}
   * @param sha256 the digest of the JAR, or of the folder's files
   */
  public record Component(String kind, String name, String source, String version, String sha256) {}
}
