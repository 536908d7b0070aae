package dev.clp.runtime.store;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.clp.runtime.error.FileErrors;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes files and folders that are complete or absent.
 *
 * <p>Content goes to a draft beside its place, is forced to disk and then renamed, so that a
 * process killed at any moment leaves what was there before. A draft that failed, or that such a
 * process left, is deleted; a link of the draft's name is deleted too, never followed.
 */
public final class AtomicFiles {

  /** What the names of drafts end in. */
  public static final String DRAFT = ".draft";

  private AtomicFiles() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface FileContent {

    /** Writes all of it; the stream is buffered, and closed by the caller. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Fills a folder. */
  @FunctionalInterface
  public interface FolderContent {

    /** Writes all that shall stand in it. */
    void fill(Path draft) throws IOException;
  }

  /**
   * Writes a file, in place of one that may be there; missing parent folders are created.
   *
   * @throws dev.clp.runtime.error.UserException naming file, cause and remedy if it cannot be
   */
  public static void write(Path file, FileContent content) {
    writeAt(
        file,
        draft -> {
          try (FileChannel channel =
              FileChannel.open(
                  draft,
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS)) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            content.writeTo(out);
            out.flush();
            channel.force(true);
          }
        });
  }

  /**
   * Writes a file, in place of one that may be there, with what writes to a path alone and forces
   * it to disk itself; missing parent folders are created.
   *
   * @throws dev.clp.runtime.error.UserException naming file, cause and remedy if it cannot be
   */
  public static void writeAt(Path file, FolderContent content) {
    replace(file, content, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Writes a text file in UTF-8. */
  public static void write(Path file, String text) {
    write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Writes a folder that is not there yet; missing parent folders are created.
   *
   * @throws dev.clp.runtime.error.UserException naming file, cause and remedy if it cannot be
   */
  public static void writeFolder(Path folder, FolderContent content) {
    replace(
        folder,
        draft -> {
          Files.createDirectory(draft);
          content.fill(draft);
        },
        StandardCopyOption.ATOMIC_MOVE);
  }

  private static void replace(Path place, FolderContent content, CopyOption... options) {
    Path draft = draft(place);
    try {
      Files.createDirectories(place.toAbsolutePath().getParent());
      delete(draft);
      content.fill(draft);
      Files.move(draft, place, options);
    } catch (IOException e) {
      throw FileErrors.writing(place, e);
    } finally {
      discard(draft);
    }
  }

  /** Deletes what is left of a draft that failed: it may hold the room that was lacking. */
  private static void discard(Path draft) {
    try {
      delete(draft);
    } catch (IOException e) {
      // Why it could not be written is the error; the next draft of this name takes its place.
    }
  }

  /** Deletes a file, a link or a folder with all it holds, if it is there. */
  public static void delete(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      MoreFiles.deleteRecursively(path, RecursiveDeleteOption.ALLOW_INSECURE);
    } else {
      Files.deleteIfExists(path);
    }
  }

  private static Path draft(Path path) {
    return path.resolveSibling(path.getFileName() + DRAFT);
  }
}
