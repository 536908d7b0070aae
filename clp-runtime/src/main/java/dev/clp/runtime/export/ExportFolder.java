package dev.clp.runtime.export;

import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.store.AtomicFiles;
import dev.clp.runtime.store.AtomicFiles.FolderContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The folder of an export: complete or absent, and never in place of anything. */
public final class ExportFolder {

  private ExportFolder() {}

  /**
   * Makes sure that an export can go to a folder, before it costs anything.
   *
   * @throws UserException if something is there
   */
  public static void requireFree(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      if (entries.findAny().isPresent()) {
        throw new UserException(
            folder
                + ": exists and is not empty; name another folder with --output, or delete it"
                + " first");
      }
    } catch (IOException e) {
      throw FileErrors.reading(folder, e);
    }
  }

  /** Writes a folder that is absent or empty. */
  public static void write(Path folder, FolderContent content) {
    requireFree(folder);
    try {
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw FileErrors.writing(folder, e);
    }
    AtomicFiles.writeFolder(folder, content);
  }
}
