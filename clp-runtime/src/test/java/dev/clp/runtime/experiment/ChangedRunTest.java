package dev.clp.runtime.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.runtime.Checkout;
import dev.clp.runtime.config.ExperimentFile;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.experiment.Experiments.OpenRun;
import dev.clp.runtime.plugin.InstalledComponents;
import dev.clp.runtime.plugin.PluginFolders;
import dev.clp.runtime.store.RunLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose files are no longer those that it was begun with, or wrote. */
class ChangedRunTest {

  @TempDir Path folder;

  private final Experiments experiments =
      new Experiments(
          new ExperimentFile(
              new InstalledComponents(
                  () -> new PluginFolders(List.of(), List.of(), Optional.empty()))));
  private Path data;
  private Path words;
  private OpenRun run;

  @BeforeEach
  void run() throws IOException {
    data = Files.copy(Checkout.sample("quickstart").resolve("news.jsonl"), folder.resolve("data"));
    words = Files.writeString(folder.resolve("words.tsv"), "won\t1\nlost\t-1\nprize\t2\n");
    run =
        experiments.begin(
            Checkout.sample("quickstart").resolve("quickstart.conf"),
            List.of(
                "seeds=[1]",
                "data.file=" + data,
                "objectives.mood={ reward = lexicon, file = \"" + words + "\", unknown = zero }",
                "policies=null",
                "policies.full-clp={}",
                "training.steps=1",
                "training.prompts-per-step=4",
                "training.samples-per-prompt=2",
                "data.evaluation=2",
                "data.calibration=64",
                "evaluation.divisions=1"),
            Optional.of(folder.resolve("run")));
  }

  private void complete() {
    ExperimentRun.complete(run, ExperimentRun.local(run.experiment()), List.of());
  }

  private void refuses(String... words) {
    assertThatThrownBy(() -> experiments.reopen(run.folder().path()))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(words)
        .hasMessageContaining("--accept-changes");
  }

  @Test
  void whateverDecidesTheBitsIsComparedAndNamed() throws IOException {
    assertThat(Experiments.changes(experiments.reopen(run.folder().path()))).isEmpty();
    Files.writeString(data, Files.readString(data).replaceFirst("a", "b"));
    refuses(data + " has changed");
    Files.delete(words);
    refuses(data + " has changed", words + " is no longer there");
    Files.writeString(words, "won\t3\n");
    refuses(words + " has changed");
    Path experiment = run.folder().experiment();
    Files.writeString(
        experiment, Files.readString(experiment).replace("\"steps\":1", "\"steps\":2"));
    refuses(experiment + " has changed", data + " has changed", words + " has changed");
    assertThat(Experiments.changes(experiments.open(run.folder().path()))).hasSize(3);
  }

  @Test
  void whatTheRunWroteIsHeldAgainstItsDigest() throws IOException {
    complete();
    Path checkpoint;
    try (Stream<Path> files = Files.list(run.folder().policy("full-clp", 1))) {
      checkpoint = files.filter(Files::isDirectory).findFirst().orElseThrow();
    }
    Path parameters = checkpoint.resolve("parameters.safetensors");
    byte[] bytes = Files.readAllBytes(parameters);
    bytes[bytes.length - 2] ^= 1;
    Files.write(parameters, bytes);
    Files.delete(run.folder().samples("full-clp", 1));
    assertThatThrownBy(this::complete)
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(parameters.toString(), "not what training wrote", "train again");

    bytes[bytes.length - 2] ^= 1;
    Files.write(parameters, bytes);
    complete();
    Path samples = run.folder().samples("full-clp", 1);
    List<String> lines = Files.readAllLines(samples);
    Files.write(samples, lines.subList(0, lines.size() - 1));
    assertThatThrownBy(() -> ExperimentRun.evaluate(run, List.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(samples.toString(), "not what the run wrote", "clp resume");

    Path calibration = run.folder().path().resolve("calibration.json");
    Files.writeString(calibration, Files.readString(calibration).replaceFirst("\\d\\.", "7."));
    assertThatThrownBy(() -> run.folder().calibration())
        .isInstanceOf(UserException.class)
        .hasMessageContaining(calibration.toString());
  }

  @Test
  void oneProcessAtATimeWorksOnARun() {
    try (RunLock held = RunLock.of(run.folder().path())) {
      assertThatThrownBy(this::complete)
          .isInstanceOf(UserException.class)
          .hasMessageContainingAll(run.folder().path().toString(), "another process", "process ");
      assertThat(held).isNotNull();
    }
    complete();
  }

  @Test
  void aRunThatCouldNotBeginLeavesItsNameFree() throws IOException {
    Path place = folder.resolve("blocked");
    Files.createDirectories(place);
    // Left by a process that was killed when it wrote the first file.
    Files.createFile(place.resolve("experiment.json.draft"));
    RunFolder begun = RunFolder.create(place);
    begun.writeExperiment("{}");
    begun.abandon();
    assertThatThrownBy(() -> RunFolder.open(place))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(place.toString(), "clp run EXPERIMENT --output " + place);
    assertThat(RunFolder.create(place)).isEqualTo(begun);
    Files.createFile(place.resolve("notes.txt"));
    assertThatThrownBy(() -> RunFolder.create(place))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(place.toString(), "already holds files");
  }
}
