package dev.clp.api;

import org.apiguardian.api.API;

/**
 * The name of a unit of work.
 *
 * @param kind what is done, such as {@code train-policy} or {@code sample}
 * @param name the policy's name, or the expert's weighting as text; empty if the unit is of none
 * @param seed the seed
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record UnitName(String kind, String name, long seed) {

  /** Returns a short text for people, such as {@code train-policy full-clp (seed 1)}. */
  @Override
  public String toString() {
    return kind + (name.isEmpty() ? "" : " " + name) + " (seed " + seed + ")";
  }
}
