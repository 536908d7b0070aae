package dev.clp.api;

import java.util.List;
import org.apiguardian.api.API;

/**
 * What a component may know of the experiment it is created for.
 *
 * @param objectives the names of the objectives, in order
 * @param kl the KL weights that the experiment trains under
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record ComponentContext(List<String> objectives, KlRange kl) {

  public ComponentContext {
    objectives = List.copyOf(objectives);
  }
}
