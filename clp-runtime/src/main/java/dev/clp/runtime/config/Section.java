package dev.clp.runtime.config;

import com.typesafe.config.ConfigValue;
import java.util.Optional;

/**
 * A section of experiment files: its key, its defaults, and both ways between it and the value that
 * it stands for. What {@link #write} returns is read as an equal value, wherever it stands.
 *
 * @param <T> the value
 */
interface Section<T> {

  /** Returns the section's key in the object around it. */
  String key();

  /**
   * Reads the section.
   *
   * @param around the object that has, or lacks, the key
   * @return the value, or nothing if a problem was added
   */
  Optional<T> read(Scope around);

  /** Returns the value as HOCON, every default written out and every path absolute. */
  ConfigValue write(T value);
}
