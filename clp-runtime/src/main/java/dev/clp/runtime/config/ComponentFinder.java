package dev.clp.runtime.config;

import dev.clp.api.ComponentFactory;

/** Finds the factory that an experiment file names. */
@FunctionalInterface
public interface ComponentFinder {

  /**
   * Returns the factory of a name.
   *
   * @param kind the contract, such as {@code Conditioner.class}
   * @param name the factory's name
   * @throws UserException if there is none, listing those that there are
   */
  <T> ComponentFactory<T, ?> find(Class<T> kind, String name);
}
