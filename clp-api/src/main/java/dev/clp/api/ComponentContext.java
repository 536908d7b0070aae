package dev.clp.api;

import java.util.List;

/**
 * What a component may know of the experiment it is created for.
 *
 * @param objectives the names of the objectives, in order
 * @param kl the KL weights that the experiment trains under
 */
public record ComponentContext(List<String> objectives, KlRange kl) {

  public ComponentContext {
    objectives = List.copyOf(objectives);
  }
}
