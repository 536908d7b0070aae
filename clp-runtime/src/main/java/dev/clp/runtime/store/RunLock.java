package dev.clp.runtime.store;

import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The right to change a run's folder, which one process has at a time.
 *
 * <p>The system lets go of the lock when the process ends, in whatever way; the file that says who
 * holds it stays.
 */
public final class RunLock implements AutoCloseable {

  private static final String NAME = "run.lock";

  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of a folder.
   *
   * @throws UserException naming the process that holds it
   */
  public static RunLock of(Path folder) {
    Path file = folder.resolve(NAME);
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw new UserException(
            folder
                + ": another process works in this folder ("
                + holder(file)
                + "); wait for it to end, or end it");
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              ("process "
                      + ProcessHandle.current().pid()
                      + ", since "
                      + Instant.now().truncatedTo(ChronoUnit.SECONDS))
                  .getBytes(StandardCharsets.UTF_8)));
      return new RunLock(channel);
    } catch (IOException e) {
      throw FileErrors.writing(file, e);
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // This process holds it already.
      return null;
    }
  }

  private static String holder(Path file) {
    try {
      String text = Files.readString(file).strip();
      return text.isEmpty() ? "it does not say which" : text;
    } catch (IOException e) {
      return "it does not say which";
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UserException("the lock of the run's folder cannot be released: " + e, e);
    }
  }
}
