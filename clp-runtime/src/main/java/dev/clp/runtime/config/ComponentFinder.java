package dev.clp.runtime.config;

import dev.clp.api.ComponentFactory;
import dev.clp.runtime.error.UserException;
import java.nio.file.Path;

/** Finds the factory that an experiment file names. */
public interface ComponentFinder {

  /**
   * Returns the factory of a name.
   *
   * @param kind the contract, such as {@code Conditioner.class}
   * @param name the factory's name
   * @throws UserException if there is none, listing those that there are
   */
  <T> ComponentFactory<T, ?> find(Class<T> kind, String name);

  /**
   * Returns a finder that also looks where an experiment says, and only at JARs that it allows; one
   * that knows of no folders stays as it is.
   *
   * @throws UserException if a folder does not exist, or two components share a name
   */
  default ComponentFinder with(PluginOptions options) {
    return this;
  }

  /** Returns whether the user named a plugins folder, apart from what an experiment says. */
  default boolean isInstalled(Path folder) {
    return false;
  }
}
