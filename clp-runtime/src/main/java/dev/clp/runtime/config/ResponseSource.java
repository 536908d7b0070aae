package dev.clp.runtime.config;

import dev.clp.api.FormerName;

/** Which responses stand for a policy. */
public enum ResponseSource {
  /** Some that are drawn from it, each counting alike. */
  SAMPLED,
  /**
   * All that there are, each counting by its probability: exact, and possible where responses are
   * few.
   */
  @FormerName("listed")
  ENUMERATED
}
