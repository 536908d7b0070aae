package dev.clp.runtime.store;

import dev.clp.runtime.store.AtomicFiles.FileContent;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the results of a run are kept, by names such as {@code samples/full-clp/seed-1.jsonl}.
 *
 * <p>A result is a file, or the folder of a unit's training with its checkpoints and its log. A
 * name is relative, its parts joined by {@code /}. What is stored is complete: a reader sees a
 * result whole or not at all, whoever writes it, and wherever.
 */
public interface RunStore {

  /** Returns a short text that tells users where this is. */
  String location();

  /** Returns whether a result is there. */
  boolean contains(String name);

  /**
   * Returns a local file or folder with the content of a result, only to be read.
   *
   * @throws dev.clp.runtime.error.UserException if there is none of this name
   */
  Path get(String name);

  /** Stores a file, in place of one that may be there. */
  void put(String name, FileContent content);

  /**
   * Returns a local path at which a unit works, in a folder or on a file that grows: what an
   * earlier attempt left there, or in the store, is there. It need not exist, and nobody else works
   * on it meanwhile.
   */
  Path workspace(String name);

  /** Stores what stands in the workspace of a name. */
  void commit(String name);

  /** Returns the names of the files below a folder, in order; none if it is not there. */
  List<String> list(String folder);

  /** Deletes a result, if it is there. */
  void delete(String name);
}
