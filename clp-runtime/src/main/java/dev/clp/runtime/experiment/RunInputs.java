package dev.clp.runtime.experiment;

import dev.clp.runtime.chat.ChatTemplate;
import dev.clp.runtime.config.ComponentSpec;
import dev.clp.runtime.config.Experiment;
import dev.clp.runtime.config.OptionPaths;
import dev.clp.runtime.model.ModelFolder;
import dev.clp.runtime.store.Digests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    List<Path> files = new ArrayList<>(OptionPaths.in(experiment.data()));
    if (experiment.data().messages().isPresent()) {
      files.addAll(ChatTemplate.files(experiment.model()));
    }
    for (ComponentSpec<?> spec : ExperimentCheck.components(experiment)) {
      files.addAll(OptionPaths.in(spec.options()));
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
}
