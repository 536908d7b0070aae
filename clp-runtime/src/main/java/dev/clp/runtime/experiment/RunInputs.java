package dev.clp.runtime.experiment;

import dev.clp.runtime.config.ComponentSpec;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.store.Digests;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files that decide the bits of a run, beside its components' JARs: the reference, the data,
 * and whatever the options of components name, such as tables, lexicons and classifiers.
 */
final class RunInputs {

  private RunInputs() {}

  /** Returns the SHA-256 of each input, by its path. */
  static Map<String, String> digests(Experiment experiment) {
    Map<String, String> digests = new TreeMap<>();
    digests.put(experiment.model().toString(), ModelFolder.digest(experiment.model()));
    List<Path> files = new ArrayList<>();
    collect(experiment.data(), files);
    for (ComponentSpec<?> spec : ExperimentCheck.components(experiment)) {
      collect(spec.options(), files);
    }
    files.stream()
        .filter(Files::exists)
        .forEach(file -> digests.computeIfAbsent(file.toString(), path -> Digests.sha256(file)));
    return digests;
  }

  /** Returns what differs between the inputs that a run was begun with and those of today. */
  static List<String> changes(Map<String, String> before, Map<String, String> now) {
    List<String> changes = new ArrayList<>();
    before.forEach(
        (path, digest) -> {
          String found = now.get(path);
          if (found == null) {
            changes.add(path + " is no longer there");
          } else if (!found.equals(digest)) {
            changes.add(path + " has changed");
          }
        });
    return changes;
  }

  /** Adds the paths in a value of options, however deep. */
  private static void collect(Object value, List<Path> files) {
    if (value instanceof Path path) {
      files.add(path);
    } else if (value instanceof Optional<?> optional) {
      optional.ifPresent(inner -> collect(inner, files));
    } else if (value instanceof Collection<?> collection) {
      collection.forEach(inner -> collect(inner, files));
    } else if (value instanceof Map<?, ?> map) {
      map.values().forEach(inner -> collect(inner, files));
    } else if (value instanceof ComponentSpec<?> spec) {
      collect(spec.options(), files);
    } else if (value instanceof Record options) {
      for (RecordComponent component : options.getClass().getRecordComponents()) {
        collect(valueOf(component, options), files);
      }
    }
  }

  private static Object valueOf(RecordComponent component, Record options) {
    try {
      component.getAccessor().setAccessible(true);
      return Objects.requireNonNull(component.getAccessor().invoke(options));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          options.getClass().getName() + " hides its option '" + component.getName() + "'", e);
    }
  }
}
