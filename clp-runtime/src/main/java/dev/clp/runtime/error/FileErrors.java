package dev.clp.runtime.error;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;

/** Turns what the file system reports into sentences that name file, cause and remedy. */
public final class FileErrors {

  private FileErrors() {}

  /** Explains why a file or folder could not be written. */
  public static UserException writing(Path file, IOException cause) {
    return new UserException(at(file, cause) + ": cannot be written: " + reason(cause), cause);
  }

  /** Explains why a file or folder could not be read. */
  public static UserException reading(Path file, IOException cause) {
    return new UserException(at(file, cause) + ": cannot be read: " + reason(cause), cause);
  }

  /** The file that the system blames says more than the one that was asked for. */
  private static String at(Path file, IOException cause) {
    return cause instanceof FileSystemException system && system.getFile() != null
        ? system.getFile()
        : file.toString();
  }

  private static String reason(IOException cause) {
    // Writers of images and archives wrap what the system says.
    if (cause.getCause() instanceof IOException inner) {
      return reason(inner);
    }
    String text = cause instanceof FileSystemException system ? system.getReason() : null;
    String said = text == null ? String.valueOf(cause.getMessage()) : text;
    String lower = said.toLowerCase(Locale.ROOT);
    if (lower.contains("no space left") || lower.contains("not enough space")) {
      return "the disk is full; free some space, then run the same command or 'clp resume' again";
    } else if (lower.contains("quota")) {
      return "the disk quota is used up; free some space, then run the same command or 'clp resume'"
          + " again";
    } else if (lower.contains("file too large")) {
      return "the file is larger than the system allows ('ulimit -f'); raise the limit, then run the"
          + " same command or 'clp resume' again";
    } else if (lower.contains("read-only")) {
      return "the file system is read-only; choose a folder on another one";
    } else if (lower.contains("too many open files")) {
      return "too many files are open; raise the limit with 'ulimit -n'";
    } else if (cause instanceof AccessDeniedException || lower.contains("permission denied")) {
      return "permission denied; give yourself access to it, or choose another folder";
    } else if (cause instanceof NoSuchFileException || lower.contains("no such file")) {
      return "there is no such file or folder; check the path";
    } else if (lower.contains("is a directory")) {
      return "it is a folder, not a file";
    } else if (cause instanceof NotDirectoryException || lower.contains("not a directory")) {
      return "it is, or lies below, a file where a folder is needed; choose another path";
    } else if (cause instanceof FileAlreadyExistsException) {
      return "something of this name is already there";
    }
    return said;
  }
}
