package dev.clp.api;

import org.apiguardian.api.API;

/** Combines the rewards of one response into the number that training maximises. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@FunctionalInterface
public interface Scalarizer {

  /**
   * Combines rewards.
   *
   * @param rewards one finite reward per objective, normalised as the experiment says
   * @param weighting the weighting that the response was sampled under
   * @return a finite number, higher is better
   */
  double scalarize(float[] rewards, Weighting weighting);
}
