package dev.clp.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {

  @TempDir Path folder;

  @Test
  void replacesAFileAsAWholeOrNotAtAll() throws IOException {
    Path file = folder.resolve("new/folder/file.txt");
    AtomicFiles.write(file, "first");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write("half".getBytes(java.nio.charset.StandardCharsets.UTF_8));
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(file.toString(), "the disk is full", "clp resume");
    assertThat(file).hasContent("first");
    assertThat(file.getParent()).isDirectoryNotContaining("glob:**.draft");
    AtomicFiles.write(file, "zweite ä");
    assertThat(file).hasContent("zweite ä");
    assertThat(file.getParent()).isDirectoryNotContaining("glob:**.draft");
  }

  @Test
  void aLinkOfTheDraftsNameIsNotFollowed() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "kept");
    Files.createSymbolicLink(folder.resolve("file.draft"), other);
    AtomicFiles.write(folder.resolve("file"), "new");
    assertThat(other).hasContent("kept");
    assertThat(folder.resolve("file")).hasContent("new").isRegularFile();
    assertThat(Files.isSymbolicLink(folder.resolve("file"))).isFalse();
  }

  @Test
  void aFolderIsCompleteOrAbsentAndAnOldDraftGoes() throws IOException {
    Path complete = folder.resolve("step-1");
    Files.createDirectories(folder.resolve("step-1.draft/torn"));
    assertThatThrownBy(
            () ->
                AtomicFiles.writeFolder(
                    complete,
                    draft -> {
                      Files.writeString(draft.resolve("a"), "a");
                      throw new IOException("gone");
                    }))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll("step-1", "gone");
    assertThat(folder).isEmptyDirectory();
    AtomicFiles.writeFolder(complete, draft -> Files.writeString(draft.resolve("b"), "b"));
    assertThat(complete).isDirectoryContaining("glob:**/b").isDirectoryNotContaining("glob:**/a");
  }

  @Test
  void whatCannotBeWrittenIsNamedWithTheCauseAndTheRemedy() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    assertThatThrownBy(() -> AtomicFiles.write(file.resolve("below"), "text"))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(file.toString(), "already there");
  }

  @Test
  void oneAtATimeMayChangeARun() {
    try (RunLock held = RunLock.of(folder)) {
      assertThatThrownBy(() -> RunLock.of(folder))
          .isInstanceOf(UserException.class)
          .hasMessageContainingAll(
              folder.toString(), "process " + ProcessHandle.current().pid(), "since 2");
      assertThat(held).isNotNull();
    }
    RunLock.of(folder).close();
  }

  @Test
  void aStoreKeepsResultsByNameAndLeavesNothingElse() {
    FolderStore store = new FolderStore(folder.resolve("run"));
    assertThat(store.contains("a/b.json")).isFalse();
    assertThatThrownBy(() -> store.get("a/b.json"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("clp resume");
    store.put("a/b.json", out -> out.write('b'));
    store.put("a/a.json", out -> out.write('a'));
    assertThat(store.get("a/b.json")).hasContent("b");
    assertThat(store.list("a")).containsExactly("a/a.json", "a/b.json");
    assertThat(store.list("nothing")).isEmpty();
    store.delete("a");
    assertThat(store.list("")).isEmpty();
    assertThatThrownBy(() -> store.put("../out", out -> out.write('x')))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
