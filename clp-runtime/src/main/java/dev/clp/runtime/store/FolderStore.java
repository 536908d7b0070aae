package dev.clp.runtime.store;

import dev.clp.runtime.error.FileErrors;
import dev.clp.runtime.error.UserException;
import dev.clp.runtime.store.AtomicFiles.FileContent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A store in a folder of this machine: names are paths below it. A unit works where its results are
 * kept, for every checkpoint there is complete or absent by itself.
 *
 * @param folder the folder; it need not exist before something is stored
 */
public record FolderStore(Path folder) implements RunStore {

  @Override
  public String location() {
    return folder.toString();
  }

  @Override
  public boolean contains(String name) {
    return Files.exists(resolve(name));
  }

  @Override
  public Path get(String name) {
    Path path = resolve(name);
    if (!Files.exists(path)) {
      throw new UserException(
          path + ": is not there; was the run interrupted? 'clp resume' finishes it");
    }
    return path;
  }

  @Override
  public void put(String name, FileContent content) {
    AtomicFiles.write(resolve(name), content);
  }

  @Override
  public Path workspace(String name) {
    return resolve(name);
  }

  @Override
  public void commit(String name) {
    // The workspace is the place where results are kept.
  }

  @Override
  public List<String> list(String name) {
    Path below = resolve(name);
    if (!Files.isDirectory(below)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(below)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .filter(file -> !file.contains(AtomicFiles.DRAFT))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FileErrors.reading(below, e);
    } catch (UncheckedIOException e) {
      throw FileErrors.reading(below, e.getCause());
    }
  }

  @Override
  public void delete(String name) {
    try {
      AtomicFiles.delete(resolve(name));
    } catch (IOException e) {
      throw FileErrors.writing(resolve(name), e);
    }
  }

  private Path resolve(String name) {
    Path path = folder.resolve(name).normalize();
    if (!path.startsWith(folder.normalize())) {
      throw new IllegalArgumentException("'" + name + "' leaves the folder " + folder);
    }
    return path;
  }
}
