package dev.clp.runtime.store;

import com.google.common.hash.Hashing;
import com.google.common.hash.HashingOutputStream;
import com.google.common.io.MoreFiles;
import dev.clp.runtime.error.FileErrors;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** SHA-256 digests, in hexadecimal. */
public final class Digests {

  private Digests() {}

  /**
   * Returns the digest of a file's bytes, or of a folder's files: each its relative path, a zero,
   * its length as text, a zero and its bytes, in the order of their paths.
   *
   * @throws dev.clp.runtime.error.UserException if it cannot be read
   */
  public static String sha256(Path path) {
    try (HashingOutputStream digest =
        new HashingOutputStream(Hashing.sha256(), OutputStream.nullOutputStream())) {
      if (Files.isDirectory(path)) {
        addFolder(path, digest);
      } else {
        MoreFiles.asByteSource(path).copyTo(digest);
      }
      return digest.hash().toString();
    } catch (IOException e) {
      throw FileErrors.reading(path, e);
    } catch (UncheckedIOException e) {
      throw FileErrors.reading(path, e.getCause());
    }
  }

  private static void addFolder(Path folder, OutputStream digest) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files =
          walk.filter(Files::isRegularFile)
              .sorted(Comparator.comparing(file -> relativeName(folder, file)))
              .toList();
    }
    for (Path file : files) {
      String header = relativeName(folder, file) + "\0" + Files.size(file) + "\0";
      digest.write(header.getBytes(StandardCharsets.UTF_8));
      MoreFiles.asByteSource(file).copyTo(digest);
    }
  }

  private static String relativeName(Path folder, Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }
}
